"""`zhima city manage seed_demo`: the demo's residents and their past, once."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from zhima.city import clock
from zhima.city.demo.history import play
from zhima.city.demo.residents import settle_operators, settle_residents
from zhima.city.people.models import Person


class Command(BaseCommand):
    """Does nothing when the residents are there already."""

    help = "Settle the demo's residents and let their past happen, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether the tables are to be brought up to date before."""
        parser.add_argument("--migrate", action="store_true", help="Migrate first.")

    def handle(self, *args: object, **options: object) -> None:
        """Seed."""
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        if Person.objects.filter(is_resident_of_demo=True).exists():
            self.stdout.write("The residents are here already.")
            return
        self.stdout.write("Residents settle in, with a year and a half of past ...")
        self.stdout.flush()
        moments = play(settle_residents(), now=clock.now())
        settle_operators()
        self.stdout.write(f"Residents have settled; {moments} moments of their past happened.")
