"""`zhima city manage bring_my_data FILE --person NAME --key KEY`: evidence from another city."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhima.city.merkle.notes import PublicKey
from zhima.city.mydata import arriving
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError


class Command(BaseCommand):
    """The key is the other city's public key, as its operators publish it."""

    help = "Record the evidence of an archive that another city signed."

    def add_arguments(self, parser: CommandParser) -> None:
        """File, person and key."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--person", required=True, help="Log-in name here.")
        parser.add_argument("--key", required=True, help="Public key of the city it comes from.")

    def handle(self, *args: object, **options: object) -> None:
        """Bring it in, and say what became of it."""
        person = Person.objects.filter(username=options["person"], is_active=True).first()
        if person is None:
            raise CommandError(f"nobody is called {options['person']!r}", returncode=2)
        try:
            key = PublicKey.parse(options["key"])
            content = options["file"].read_bytes()
            found = arriving.bring(person=person, content=content, key=key)
        except (OSError, ZhimaError) as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        for verdict, count in sorted(found.items()):
            self.stdout.write(f"{verdict}: {count}")
        self.stdout.write(f"the person grants it as {arriving.recipient_of(key)}")
