"""`zhima city manage webhooks`: tell partners what happened, for ever or once."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from zhima.city.api.events import queue_deliveries
from zhima.city.api.sending import deliver_due

PAUSE_S = 0.5


class Command(BaseCommand):
    """The worker."""

    help = "Send webhooks to partners."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`."""
        parser.add_argument("--once", action="store_true", help="Send what is due, then stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue, send, rest."""
        while True:
            # The machine's clock (api/sending.py).
            worked = queue_deliveries() + deliver_due(now=timezone.now())
            if options["once"] and not worked:
                return
            if not worked:
                time.sleep(PAUSE_S)
