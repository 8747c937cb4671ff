"""Recipients of grants in words: people and shops by name, apps and partners by their rooms."""

from __future__ import annotations

from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from zhima.city.consent.models import Partner
from zhima.city.consent.purposes import SCORE
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person

WALLET = "wallet"


def recipient_word(recipient: str) -> str:
    """Who it is, for the person who granted it something."""
    kind, _colon, name = recipient.partition(":")
    if kind == SCORE:
        return _("The city, for your score")
    if kind == "app":
        return _app_word(name)
    return _row_word(kind, name) or name


def about_word(recipient: str) -> str:
    """What an app says of itself (`about_app` of its room's config); nothing for others."""
    kind, _colon, name = recipient.partition(":")
    rooms = apps.get_app_configs() if kind == "app" else ()
    told = (about(name) for room in rooms if (about := getattr(room, "about_app", None)))
    return next((str(each) for each in told if each), "")


def _app_word(app_id: str) -> str:
    """An app's name from whichever room knows it (`name_app` of its config)."""
    if app_id == WALLET:
        return _("This wallet")
    for config in apps.get_app_configs():
        name_app = getattr(config, "name_app", None)
        if name_app is not None and (found := name_app(app_id)):
            return str(found)
    return app_id.replace("-", " ").capitalize()


def _row_word(kind: str, name: str) -> str | None:
    if kind == "partner":
        return Partner.objects.filter(client_id=name).values_list("name", flat=True).first()
    try:
        key = UUID(name)
    except ValueError:
        return None
    rows = Merchant.objects if kind == "shop" else Person.objects
    row = rows.filter(pk=key).first()
    return row and row.name
