"""Cases: what a person contests, what was said and shown, who decided what and why.

A case changes only by `zhima.city.appeals.lifecycle`; what was said, shown and done is only added.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One item of evidence or one decision that a person contests."""

    class About(models.TextChoices):
        """What is contested."""

        ITEM = "item", _("An item of the record")
        DECISION = "decision", _("A decision")
        SCORE = "score", _("The score as a whole")
        READING = "reading", _("That somebody read")

    class State(models.TextChoices):
        """opened -> answered -> upheld | rejected; withdrawn by the person before that."""

        OPENED = "opened", _("Opened")
        ANSWERED = "answered", _("Answered by the other side")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="appeals")
    about = models.CharField(max_length=8, choices=About)
    subject = models.CharField(max_length=120)
    """The event's id, the door's id, the number of the score or of the log's entry."""
    kind = models.CharField(max_length=60, blank=True)
    """The event's kind, what a reading was for; empty for decisions and scores."""
    happened_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    """Who reported the item or took the decision: `app:car`, `rulebook`, or a reader's name."""
    first_decider = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    """The person behind `made_by`, where there is one: somebody else decides the case."""
    rulebook = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=State, default=State.OPENED)
    is_set_aside = models.BooleanField(default=False)
    """Whether the item counts for nothing meanwhile."""
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "about", "subject"),
                condition=Q(state__in=("opened", "answered")),
                name="one_open_case_a_subject",
            ),
        )
        indexes = (models.Index(fields=("state", "due_at"), name="cases_by_due_date"),)

    def __str__(self) -> str:
        return f"{self.kind or self.subject} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in {self.State.OPENED, self.State.ANSWERED}


class Statement(models.Model):
    """Something a side said."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="statements")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=4000)

    def __str__(self) -> str:
        return self.text[:60]


class Exhibit(models.Model):
    """A paper or picture that a side shows."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="exhibits")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Move(models.Model):
    """One step of a case. The last one of a decided case is its verdict."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    before = models.CharField(max_length=9, blank=True)
    after = models.CharField(max_length=9, choices=Case.State)
    reason = models.TextField(max_length=4000)

    def __str__(self) -> str:
        return f"{self.before or '-'} -> {self.after}"


class TieOffer(models.Model):
    """A tie that ended while a wrong item counted: both are asked whether they want it back."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tie_offers")
    tie = models.ForeignKey("people.Tie", models.PROTECT, related_name="+")
    low_agreed_at = models.DateTimeField(null=True)
    high_agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "tie"), name="one_offer_a_tie_and_case"),
        )

    def __str__(self) -> str:
        return f"{self.tie} after {self.case_id}"


class Notice(models.Model):
    """Who read a score that the item had touched, and when they were told."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    """Whose score was read."""
    reader_kind = models.CharField(max_length=12)
    reader_id = models.CharField(max_length=120)
    reader_name = models.CharField(max_length=120)
    read_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case", "person", "reader_kind", "reader_id"),
                name="one_notice_a_reader_and_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader_name} about {self.person_id}"
