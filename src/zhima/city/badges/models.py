"""Batches of badges, and which place of the public list each badge has. Badges are not kept."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """Badges that say the same until the same day; the person shows a new one each time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="badges")
    at_least = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    until = models.DateField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "-issued_at"), name="badges_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.at_least} or more, until {self.until}"


class Place(models.Model):
    """The place of one badge in the list of the revoked, drawn at random."""

    index = models.PositiveIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="places")

    def __str__(self) -> str:
        return str(self.index)


class Attempt(models.Model):
    """Somebody asked for a badge that the score does not reach; kept for a day to count them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
