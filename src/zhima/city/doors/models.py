"""Wishes for places, draws, parties, introductions, and the register of what people received."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhima.engine.kinds import Text

PERSON = settings.AUTH_USER_MODEL


class Contest(models.Model):
    """A place, or some alike, and the time in which several may ask for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.CharField(max_length=80)
    """Id of the app that gives the place."""
    operator_name = models.CharField(max_length=80)
    operator_name_zh = models.CharField(max_length=80, blank=True, default="")
    slot = models.CharField(max_length=120)
    """The operator's own name of the place and time."""
    what = models.CharField(max_length=160)
    """The same in words for people."""
    what_zh = models.CharField(max_length=160, default="")
    places = models.PositiveSmallIntegerField(default=1)
    """How many of them there are."""
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    """When a process set about deciding it."""
    decided_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("operator", "slot"), name="a_place_is_given_once"),
        )
        indexes = (models.Index(fields=("decided_at", "closes_at"), name="contests_due"),)

    def __str__(self) -> str:
        return self.what

    @property
    def words(self) -> Text:
        """What can be had, in both languages."""
        return Text(self.what, self.what_zh or self.what)

    @property
    def operator_words(self) -> Text:
        """Who gives it, in both languages."""
        return Text(self.operator_name, self.operator_name_zh)


class Wish(models.Model):
    """One person's wish for a place."""

    class Outcome(models.TextChoices):
        """waiting -> won or lost; a late wish is lost at once."""

        WAITING = "waiting", _("Waiting")
        WON = "won", _("Yours")
        LOST = "lost", _("Somebody else's")

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="wishes")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    gap = models.PositiveSmallIntegerField(null=True)
    """Points to whoever got it, the last of them, where the rulebook tells them."""
    reason = models.JSONField(default=dict)
    """The sentence in both languages, `en` and `zh`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("contest", "person"), name="one_wish_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person} for {self.contest}"


class Draw(models.Model):
    """Upgrades to be drawn: open -> closed, in the log -> drawn. The seed is secret until then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.CharField(max_length=80)
    operator_name = models.CharField(max_length=80)
    operator_name_zh = models.CharField(max_length=80, blank=True, default="")
    slot = models.CharField(max_length=120)
    title = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=160, default="")
    worth_fen = models.PositiveBigIntegerField(default=0)
    places = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    rulebook = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    """When its list was written into the disclosure log."""
    root = models.CharField(max_length=64, blank=True)
    """Of that log up to the list, hex; empty for draws from before lists were written there."""
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("operator", "slot"), name="one_draw_a_slot"),
        )
        indexes = (models.Index(fields=("drawn_at", "closes_at"), name="draws_due"),)

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> Text:
        """What is drawn, in both languages."""
        return Text(self.title, self.title_zh or self.title)

    @property
    def operator_words(self) -> Text:
        """Who gives it, in both languages."""
        return Text(self.operator_name, self.operator_name_zh)


class Ticket(models.Model):
    """A person's ticket in a draw; its public name says nothing of her."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="tickets")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    name = models.CharField(max_length=16)
    percent = models.PositiveSmallIntegerField()
    won = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draw", "person"), name="one_ticket_a_person"),
            models.UniqueConstraint(fields=("draw", "name"), name="ticket_names_differ"),
        )

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """An invitation by band to a host's contacts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)
    at = models.DateTimeField()
    from_band = models.CharField(max_length=40)
    rulebook = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Guest(models.Model):
    """A contact of the host, and whether the band let them in."""

    class State(models.TextChoices):
        """invited -> accepted or declined; left_out and not_shared stay."""

        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Coming")
        DECLINED = "declined", _("Not coming")
        LEFT_OUT = "left_out", _("Left out")
        NOT_SHARED = "not_shared", _("Does not share the band")

    party = models.ForeignKey(Party, models.CASCADE, related_name="guests")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=State)
    bands_short = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("party", "person"), name="one_entry_a_guest"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"


class Introduction(models.Model):
    """A wish to be introduced, carried from contact to contact; each one must agree."""

    class State(models.TextChoices):
        """asked -> offered -> accepted; declined or withdrawn at any step."""

        ASKED = "asked", _("On its way")
        OFFERED = "offered", _("Arrived")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not passed on")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asker = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    target = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    note = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("asker", "target"),
                condition=models.Q(ended_at=None),
                name="one_open_introduction_a_pair",
            ),
        )

    def __str__(self) -> str:
        return f"{self.asker} to {self.target}"


class Leg(models.Model):
    """One person between the asker and the target, and what she said."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="legs")
    number = models.PositiveSmallIntegerField()
    middle = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    passed_on = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("introduction", "number"), name="legs_are_numbered"),
        )

    def __str__(self) -> str:
        return f"{self.middle}, step {self.number}"


class Received(models.Model):
    """Something a score gave, or refused; added to, never edited."""

    class Kind(models.TextChoices):
        """What it was."""

        DEPOSIT_WAIVED = "deposit_waived", _("Deposit waived")
        DEPOSIT_ASKED = "deposit_asked", _("Deposit paid")
        UPGRADE = "upgrade", _("Upgrade")
        PLACE = "place", _("Place given first")
        INVITATION = "invitation", _("Invitation")

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    what = models.CharField(max_length=160)
    what_zh = models.CharField(max_length=160, default="")
    worth_fen = models.PositiveBigIntegerField(default=0)
    band = models.CharField(max_length=40)
    at = models.DateTimeField()
    reference = models.CharField(max_length=120, unique=True)
    """Of the agreement or draw it came from: what is told twice counts once."""

    class Meta:
        indexes = (models.Index(fields=("at", "band"), name="received_by_year"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.worth_fen}"

    @property
    def words(self) -> Text:
        """What it was, in both languages."""
        return Text(self.what, self.what_zh or self.what)
