"""`zhima city manage appoint`: who decides appeals, works at the gateway, and so on."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from zhima.city.appeals import deciders
from zhima.city.authority import gateway
from zhima.city.console import rulebooks
from zhima.city.doors import parties
from zhima.city.market import shelf
from zhima.city.oversight import overrides
from zhima.city.people.models import Person

OFFICES = {
    "appeals": deciders.OFFICE,
    "apps": shelf.OFFICE,
    "audit": parties.AUDIT,
    "gateway": gateway.OFFICE,
    "overrides": overrides.OFFICE,
    "rulebooks": rulebooks.OFFICE,
}


class Command(BaseCommand):
    """Puts a person into an office, or takes her out of it."""

    help = "Appoint a person to an office, or dismiss her from it; says who holds it then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The command line."""
        parser.add_argument("username")
        parser.add_argument("office", choices=OFFICES)
        parser.add_argument("--dismiss", action="store_true", help="Take the person out of it.")

    def handle(self, *_: object, **options: object) -> None:
        """Do it."""
        office = OFFICES[str(options["office"])]
        person = Person.objects.filter(username__iexact=options["username"]).first()
        if person is None:
            raise CommandError(f"nobody has the log-in name {options['username']!r}")
        if options["dismiss"]:
            office.dismiss(person)
        else:
            office.appoint(person)
        held_by = Person.objects.filter(groups__name=office.group).order_by("username")
        names = ", ".join(held_by.values_list("username", flat=True)) or "nobody"
        self.stdout.write(f"{office.group}: {names}")
