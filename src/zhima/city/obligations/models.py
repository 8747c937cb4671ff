"""Obligations and everything that was ever done to them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhima.city.language import told
from zhima.city.obligations.states import ENDED, Act, State
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant
from zhima.engine.kinds import Text


def new_id() -> str:
    """Short, and guessed by nobody."""
    return secrets.token_hex(10)


STATE_WORDS = {
    State.QUOTED: _("Offered"),
    State.WAIVED: _("No deposit"),
    State.HELD: _("Deposit frozen"),
    State.IN_USE: _("In use"),
    State.RETURNED: _("Brought back"),
    State.OWED: _("To be paid"),
    State.SETTLED: _("Settled"),
    State.RELEASED: _("Ended in order"),
    State.OVERDUE: _("Overdue"),
    State.BREACHED: _("Broken"),
    State.REPAIRED: _("Made good"),
    State.APPEALED: _("Contested"),
    State.STRUCK: _("Struck out"),
    State.LAPSED: _("Not taken up"),
}


NOTE_WORDS = {
    Act.CLAIM: _("Asked for"),
    Act.PAY: _("Paid"),
    Act.REFUND: _("Given back to the person"),
}
"""What was done that led nowhere by itself."""

WHY_WORDS = {
    "taken up": _("Taken up"),
    "not taken up": _("Nobody took it up"),
    "paid": _("Paid"),
    "nothing is owed": _("Nothing is owed"),
    "all in order": _("All in order"),
    "not in time": _("Not in time"),
    "overdue too long": _("Overdue for too long"),
    "never handed out": _("Never handed out"),
    "made good": _("Made good"),
    "rent": _("Rent"),
    "fare": _("Fare"),
    "no longer due": _("No longer due"),
}
"""What the city itself gives as a reason; people's own words stay as they are."""


class Obligation(models.Model):
    """Something of somebody's in the hands of a person, or owed by them; what stands behind it."""

    id = models.CharField(primary_key=True, max_length=24, default=new_id)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="obligations")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="obligations")
    """Whose the thing is, and to whom anything owed is paid."""
    app = models.CharField(max_length=40)
    booking_id = models.CharField(max_length=24, blank=True)
    quote_key = models.CharField(max_length=64)
    is_lent = models.BooleanField(default=True)
    """Whether something is handed out and comes back; a rent or a fare is only owed."""
    title = models.CharField(max_length=80)
    """What people call it; never part of evidence."""
    title_zh = models.CharField(max_length=80, blank=True)
    terms_kept = models.JSONField()
    state = models.CharField(max_length=10, choices=list(STATE_WORDS.items()))
    waivable = models.BooleanField(default=False)
    """What the door said: the deposit may be waived."""
    deposit_fen = models.BigIntegerField()
    """What may be collected at most, frozen or not."""
    hold_id = models.CharField(max_length=64, blank=True)
    """The ledger's hold of a frozen deposit; empty when it was waived."""
    decision = models.JSONField(default=dict)
    """What the person is told: outcome, rule, gap, reason, other way, in both languages."""
    due_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    condition = models.CharField(max_length=200, blank=True)
    """How the thing was when it was handed out."""
    claimed_fen = models.BigIntegerField(null=True)
    """What the owner says is owed; None until said."""
    claim_reason = models.CharField(max_length=200, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    collected_fen = models.BigIntegerField(default=0)
    given_back_fen = models.BigIntegerField(default=0)
    """Of what was collected, after an upheld appeal."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(collected_fen__lte=models.F("deposit_fen")),
                name="never_more_than_authorised",
            ),
            models.UniqueConstraint(
                fields=("person", "merchant", "quote_key"), name="one_obligation_a_wish"
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_at"), name="obligations_due"),
            models.Index(fields=("person", "-opened_at"), name="obligations_of_person"),
        )

    def __str__(self) -> str:
        return f"{told(self.words)}, {self.state_word}"

    @property
    def words(self) -> Text:
        """What people call it, in both languages."""
        return Text(self.title, self.title_zh or self.title)

    @property
    def terms(self) -> Terms:
        """What was agreed."""
        return Terms.of(self.terms_kept)

    @property
    def owed_fen(self) -> int:
        """What is claimed and not paid."""
        return (self.claimed_fen or 0) - self.collected_fen

    @property
    def due_back_fen(self) -> int:
        """What was collected, was not owed after all, and has not come back yet."""
        return self.collected_fen - self.given_back_fen if self.state == State.STRUCK else 0

    @property
    def is_ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.state in ENDED

    @property
    def state_word(self) -> str:
        """Where it stands, in the reader's language."""
        return str(STATE_WORDS[State(self.state)])


class Instalment(models.Model):
    """A part of what is owed, with its date; collected from the purse when that comes."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("obligation", "number"), name="instalments_numbered"),
        )
        indexes = (models.Index(fields=("paid_at", "due_at"), name="instalments_due"),)

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.number}: {self.amount_fen}"


class Move(models.Model):
    """One thing that was done to an obligation. Nothing is ever changed or deleted here."""

    seq = models.BigAutoField(primary_key=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="moves")
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.CharField(max_length=44)
    """`person:<id>`, `shop:<id>` or `time`."""
    why = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField(null=True)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("obligation", "key"), name="one_move_a_key"),
        )

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.act}"

    def save(self, *args: object, **options: object) -> None:
        """Append only."""
        if self.pk is not None:
            raise TypeError("what was done to an obligation cannot be changed")
        super().save(*args, **options)

    def delete(self, *args: object, **options: object) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("what was done to an obligation cannot be undone")

    @property
    def word(self) -> str:
        """Where it led, or what was done without leading anywhere."""
        return str(NOTE_WORDS.get(self.act) or STATE_WORDS[State(self.to_state)])

    @property
    def why_word(self) -> str:
        """The reason, in the reader's language where the city gave it."""
        return str(WHY_WORDS.get(self.why, self.why))


class Photo(models.Model):
    """A picture of damage, as the owner showed it. Nothing but the picture is kept of the file."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="photos")
    by = models.CharField(max_length=44)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    small = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("obligation", "sha256"), name="one_photo_a_picture"),
        )

    def __str__(self) -> str:
        return f"photo {self.pk} of {self.obligation_id}"
