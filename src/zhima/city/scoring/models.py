"""What scoring keeps: evidence, scores, and how far the scorer is.

Evidence and scores are only ever added to; the hot paths write them by plain SQL.
"""

from __future__ import annotations

from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhima.city import clock


class Event(models.Model):
    """One piece of evidence about one person: the engine's events table, with who reported it."""

    seq = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=100, unique=True)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    amount_fen = models.BigIntegerField(null=True)
    counterparty_id = models.CharField(max_length=100, null=True)
    context = models.JSONField(default=dict)
    app = models.CharField(max_length=60)
    purpose = models.CharField(max_length=30)

    class Meta:
        indexes = (models.Index(fields=("person_id", "seq"), name="events_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Suspension(models.Model):
    """An item that is contested and left out meanwhile."""

    event_id = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """When it was lifted; None while it holds."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("event_id",), condition=models.Q(until=None), name="one_open_suspension"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id} since {self.since:%Y-%m-%d}"


class Due(models.Model):
    """Somebody the scorer has to look at again, and why; gone when that is done.

    It says where to look, not what to do: looking twice does no harm.
    """

    person_id = models.UUIDField()
    other_id = models.UUIDField(null=True)
    """The contact, when a tie changed."""
    cause = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.person_id} because of {self.cause}"


class Score(models.Model):
    """One published score with its receipt. A newer row supersedes it; nothing edits it."""

    person_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    """1 for a person's first score, without gaps."""
    score = models.PositiveSmallIntegerField()
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=40)
    own = models.PositiveSmallIntegerField()
    """Own points, 0..600."""
    friends_points = models.FloatField()
    credit_history = models.FloatField()
    agreements = models.FloatField()
    behaviour = models.FloatField()
    identity = models.FloatField()
    connections = models.FloatField()
    rulebook = models.CharField(max_length=80)
    """Name and hash."""
    as_of = models.DateTimeField()
    cause = models.CharField(max_length=120)
    """An event's id, `tie:<id>`, `consent:<recipient>`, `strike:<event id>`, `day`, `rulebook`."""
    lines = models.JSONField()
    """The receipt: item, factor, source, value, label, thousandths of a point."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person_id", "seq"), name="scores_are_numbered"),
        )
        indexes = (models.Index(fields=("cause",), name="scores_of_a_cause"),)

    def __str__(self) -> str:
        return f"{self.score} of {self.person_id}"


class Standing(models.Model):
    """Where somebody who is scored stands now: derived, and made again from the rest if lost."""

    person_id = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    """Of the newest row of `Score`."""
    score = models.PositiveSmallIntegerField()
    own = models.PositiveSmallIntegerField()
    half_width = models.PositiveSmallIntegerField()
    points = models.FloatField()
    """Points with friends, 0..600, when the newest score was published."""
    as_of = models.DateTimeField()
    """When own points were last worked out."""
    rulebook = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.points:.1f}"


class Cursor(models.Model):
    """How far something has been read: `ledger` by number, `turn` as microseconds of a day."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} at {self.value}"


class Lease(models.Model):
    """Who scores: one process of all. Every batch proves it again in its own transaction."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=120)
    beat = models.BigIntegerField()
    """Grows while the holder lives; others watch it by their own clocks."""

    def __str__(self) -> str:
        return self.holder


class RulebookInForce(models.Model):
    """A rulebook on its way into force, in force, or retired."""

    class State(models.TextChoices):
        """draft -> dry_run -> approved -> in_force -> retired."""

        DRAFT = "draft", _("Draft")
        DRY_RUN = "dry_run", _("Dry run")
        APPROVED = "approved", _("Approved")
        IN_FORCE = "in_force", _("In force")
        RETIRED = "retired", _("Retired")

    name = models.CharField(max_length=200)
    """A shipped rulebook, or the path of a file."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.UUIDField(null=True)
    drafted_at = models.DateTimeField()
    dry_run = models.JSONField(null=True)
    """Who would gain and lose, from the last dry run."""
    first_approved_by = models.UUIDField(null=True)
    second_approved_by = models.UUIDField(null=True)
    since = models.DateTimeField(null=True)
    """From when it is, or was, in force."""
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first_approved_by=None)
                | ~models.Q(first_approved_by=models.F("second_approved_by")),
                name="two_different_people_approve",
            ),
        )
        indexes = (models.Index(fields=("state", "since"), name="rulebooks_by_date"),)

    def __str__(self) -> str:
        return f"{Path(self.name).stem}, {self.stands}"

    @property
    def rulebook(self) -> str:
        """What it is called by; pages say it in words."""
        return self.name

    @property
    def is_to_come(self) -> bool:
        """Whether its day is fixed and has not come."""
        return self.state == self.State.IN_FORCE and bool(self.since and self.since > clock.now())

    @property
    def stands(self) -> str:
        """Its state as it is today: what is decided is not in force before its day."""
        return str(_("Decided, to come")) if self.is_to_come else self.get_state_display()
