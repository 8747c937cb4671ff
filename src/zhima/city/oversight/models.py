"""Seals over evidence, and what operators decided by hand."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Seal(models.Model):
    """A digest over the evidence of some seconds and over the seal before it.

    It is also an entry of the disclosure log, whose heads others sign: whoever changes evidence
    later would have to change what is in other hands.
    """

    number = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    events = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal {self.number} over {self.events}"


class SealedEvent(models.Model):
    """What one item of evidence was when it was sealed."""

    seq = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed")
    sha256 = models.CharField(max_length=64)
    owner = models.CharField(max_length=16, db_index=True)
    """Tells that items belong to one person, without saying to whom."""
    erased_at = models.DateTimeField(null=True)
    """When the person opted out and all items up to then were erased by right."""

    def __str__(self) -> str:
        return f"event {self.seq} under {self.seal_id}"


class Override(models.Model):
    """A door decided by hand for one person until a date, by two operators."""

    class State(models.TextChoices):
        """asked -> in_force -> ended; refused by the second before that."""

        ASKED = "asked", _("Asked")
        IN_FORCE = "in_force", _("In force")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="overrides")
    door_id = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10)
    deposit_fen = models.BigIntegerField(null=True)
    reason = models.TextField(max_length=2000)
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    """What was decided and by whom, signed by the city's key when the second one agreed."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="an_override_needs_two",
            ),
            models.UniqueConstraint(
                fields=("person", "door_id"),
                condition=Q(state="in_force"),
                name="one_override_a_door",
            ),
        )

    def __str__(self) -> str:
        return f"{self.door_id} {self.outcome} for {self.person_id}"
