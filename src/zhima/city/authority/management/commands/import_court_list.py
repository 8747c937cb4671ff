"""`zhima city manage import_court_list FILE --agency ID`: what a court says, as dated evidence."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zhima.city.authority import courts
from zhima.city.authority.models import Agency
from zhima.engine.kinds import ZhimaError


class Command(BaseCommand):
    """Rows that cannot be used are printed with their reason; the exit code is then 3."""

    help = "Import a court list: person, listed_on, reason, remedy, cleared_on."

    def add_arguments(self, parser: CommandParser) -> None:
        """File and agency."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, help="Id of a registered agency.")

    def handle(self, *args: object, **options: object) -> None:
        """Import, and say what became of each row."""
        path, agency = options["file"], Agency.objects.filter(pk=options["agency"]).first()
        if agency is None:
            raise CommandError(f"no agency {options['agency']!r} is registered", returncode=2)
        try:
            text = path.read_text(encoding="utf-8")
            done = courts.import_list(text=text, name=path.name, agency=agency, by=None)
        except (OSError, UnicodeDecodeError, csv.Error, ZhimaError) as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
        self.stdout.write(f"listed {done.listed}, cleared {done.cleared}")
        for finding in done.findings:
            self.stdout.write(
                f"{finding.source} row {finding.row} {finding.column}: {finding.reason}"
            )
        if done.findings:
            sys.exit(3)
