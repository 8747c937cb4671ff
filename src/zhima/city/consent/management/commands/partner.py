"""`zhima city manage partner`: lets an outside service ask people through OAuth 2."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from oauth2_provider.generators import generate_client_secret

from zhima.city.api.models import Endpoint
from zhima.city.api.reaching import may_be_reached
from zhima.city.consent.models import Partner
from zhima.city.consent.purposes import ACTS, purpose, unknown_fields


class Command(BaseCommand):
    """Registers a partner and shows its secret once."""

    help = "Register a partner: who it is, where it is sent back to, and the most it may ask for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The command line."""
        parser.add_argument("name")
        parser.add_argument("redirect_uri")
        parser.add_argument(
            "asks", nargs="+", help="PURPOSE=FIELD,FIELD, such as profile=band door:car=outcome"
        )
        parser.add_argument("--about", default="", help="What it wants this for.")
        parser.add_argument("--webhook", default="", help="Where it hears of corrected readings.")

    def handle(self, *_: object, **options: object) -> None:
        """Register it."""
        asks = dict(_asked(each) for each in options["asks"])  # type: ignore[attr-defined]
        secret = generate_client_secret()
        partner = Partner(
            name=options["name"],
            redirect_uris=options["redirect_uri"],
            about=options["about"],
            asks=asks,
            client_type=Partner.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Partner.GRANT_AUTHORIZATION_CODE,
            client_secret=secret,
        )
        partner.full_clean()
        url = options["webhook"]
        if url and not may_be_reached(url):
            raise CommandError(f"{url} is not public, or not https: partners are told over both")
        partner.save()
        self.stdout.write(f"client_id {partner.client_id}\nclient_secret {secret}")
        if url:
            endpoint = Endpoint.objects.create(partner=partner.client_id, url=url)
            self.stdout.write(f"webhook_secret {endpoint.secret}")


def _asked(text: str) -> tuple[str, list[str]]:
    name, _, listed = text.partition("=")
    meant, fields = purpose(name), [field for field in listed.split(",") if field]
    if meant is None or meant.is_evidence or name in ACTS:
        raise CommandError(f"{name!r} is no purpose for which a partner can ask")
    if not fields or (unknown := unknown_fields(meant, fields)):
        raise CommandError(
            f"{name} has the fields {', '.join(meant.fields)}, not {unknown or 'none'}"
        )
    return name, fields
