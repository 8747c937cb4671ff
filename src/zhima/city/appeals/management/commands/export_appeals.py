"""`zhima city manage export_appeals FOLDER`: every upheld case as a test without names."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from zhima.city.appeals.exporting import as_yaml
from zhima.city.appeals.models import Case
from zhima.engine.files import atomic


class Command(BaseCommand):
    """One YAML file a case; run as tests by whoever changes a rule."""

    help = "Write every upheld case that struck an item as a YAML test."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, **options: object) -> None:
        """Write them."""
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        upheld = Case.objects.filter(state=Case.State.UPHELD, about=Case.About.ITEM)
        for case in upheld.order_by("opened_at"):
            with atomic(folder / f"{case.pk}.yaml") as temporary:
                temporary.write_text(as_yaml(case), encoding="utf-8")
        self.stdout.write(f"{len(upheld)} cases in {folder}")
