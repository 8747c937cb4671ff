"""`zhima city manage reconcile`: bank against ledger, orders against the clock, shops settled."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from zhima.city import clock
from zhima.city.pay.bank import SimulatedBank
from zhima.city.pay.reconcile import reconcile

FOUND_SOMETHING = 3


class Command(BaseCommand):
    """The end of a day."""

    help = "Reconcile and settle one day of the city's calendar."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--day`."""
        help_text = "YYYY-MM-DD; yesterday if absent"
        parser.add_argument("--day", type=date.fromisoformat, help=help_text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding."""
        day = options["day"] or timezone.localdate(clock.now()) - timedelta(days=1)
        findings = reconcile(bank=SimulatedBank(), day=day)
        for finding in findings:
            self.stdout.write(f"{finding.reason} {finding.source} {finding.column} {finding.value}")
        self.stdout.write(f"{day}: {len(findings)} findings")
        if findings:
            sys.exit(FOUND_SOMETHING)
