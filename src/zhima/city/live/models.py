"""A signal says that something changed for somebody; what changed is read from where it belongs."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Signal(models.Model):
    """One hint for one person's screens. Old ones are thrown away."""

    person_id = models.UUIDField()
    topic = models.CharField(max_length=40)
    # The machine's clock, as live/signals.py reads it.
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.topic} for {self.person_id}"
