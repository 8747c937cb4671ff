"""What the shops of the city keep besides the ledger. What was paid is told by the ledger alone."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.language import told
from zhima.city.qr.model import MAX_CITY_CHARACTERS, MAX_NAME_CHARACTERS, MAX_REFERENCE_CHARACTERS
from zhima.engine.kinds import Text


def new_order_id() -> str:
    """Twenty characters that nobody guesses, short enough for field 62.05 of a code."""
    return secrets.token_hex(10)


class Merchant(models.Model):
    """Somebody who takes payments at a till: a stall, a railway, a charity."""

    class Kind(models.TextChoices):
        """What the money is for."""

        SHOP = "shop", _("Shop")
        CHARITY = "charity", _("Charity")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shops")
    name_en = models.CharField(max_length=MAX_NAME_CHARACTERS)
    """The one that stands in codes, in the log and where nobody wrote a Chinese one."""
    name_zh = models.CharField(max_length=MAX_NAME_CHARACTERS, blank=True, default="")
    city = models.CharField(_("city"), max_length=MAX_CITY_CHARACTERS)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SHOP)
    category = models.CharField(max_length=4, default="0000")
    """ISO 18245, four digits."""
    tip_hundredths = models.PositiveSmallIntegerField(null=True)
    """Percent asked as a tip, times a hundred; zero lets the payer choose, None asks for none."""
    opened_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> Text:
        """What it is called, in both languages."""
        return Text(self.name_en, self.name_zh)

    @property
    def name(self) -> str:
        """In the reader's language."""
        return told(self.words)


class Clerk(models.Model):
    """A person who may use a shop's till but not its bank, refund or settings."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="clerks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("merchant", "person"), name="one_clerk_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} at {self.merchant_id}"


class Order(models.Model):
    """What a shop asks to be paid. Its payments are ledger entries `order:<id>:<number>`."""

    id = models.CharField(primary_key=True, max_length=24, default=new_order_id)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="orders")
    reference = models.CharField(max_length=64, blank=True)
    """The shop's own number for it; a shop cannot use one twice."""
    bill = models.CharField(max_length=MAX_REFERENCE_CHARACTERS)
    """What people call it: `Table 7`, `Train D2207`."""
    amount_fen = models.BigIntegerField()
    seat = models.CharField(max_length=40, blank=True)
    """Of the ticket that its payment issues; empty when it issues none."""
    tip_hundredths = models.PositiveSmallIntegerField(null=True)
    created_at_us = models.BigIntegerField()
    expires_at_us = models.BigIntegerField()
    closed_at_us = models.BigIntegerField(null=True)
    closed_as = models.CharField(max_length=9, blank=True)
    """`closed`, `cancelled` or `expired`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("merchant", "reference"),
                condition=~Q(reference=""),
                name="one_order_a_reference",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_amount_positive"),
        )
        indexes = (models.Index(fields=("merchant", "-created_at_us"), name="orders_of_merchant"),)

    def __str__(self) -> str:
        return f"{self.bill} {self.amount_fen}"


class Ticket(models.Model):
    """Issued for a paid order; lets its holder through a gate once."""

    id = models.CharField(primary_key=True, max_length=24, default=new_order_id)
    order = models.OneToOneField(Order, models.PROTECT, related_name="ticket")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets")
    issued_at = models.DateTimeField(default=clock.now)
    admitted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Payer(models.Model):
    """The number under which pay codes know a person, and how many were issued in a slot."""

    number = models.AutoField(primary_key=True)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    slot = models.IntegerField(default=-1)
    issued = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"payer {self.number}"


class UsedPayCode(models.Model):
    """A pay code that somebody has presented: it is spent, whether the payment went well or not."""

    digits = models.CharField(primary_key=True, max_length=18)
    used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digits


class BankMove(models.Model):
    """Money asked of the bank, in or out. Written before the bank is asked: none is forgotten."""

    class Direction(models.TextChoices):
        """As the wallet sees it."""

        TOP_UP = "top_up", _("Top-up")
        CASH_OUT = "cash_out", _("Cash-out")

    class State(models.TextChoices):
        """asked -> done | refused; a bank that did not answer leaves it asked."""

        ASKED = "asked", _("Asked")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    id = models.CharField(primary_key=True, max_length=64)
    account_id = models.CharField(max_length=64, db_index=True)
    direction = models.CharField(max_length=8, choices=Direction)
    amount_fen = models.BigIntegerField()
    bank_account = models.CharField(max_length=34)
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.direction} {self.amount_fen} {self.state}"


class SimulatedBankLine(models.Model):
    """One line of the simulated bank's own books."""

    reference = models.CharField(primary_key=True, max_length=64)
    bank_account = models.CharField(max_length=34)
    change_fen = models.BigIntegerField()
    """As the bank's customer sees it: a top-up takes from the bank account."""
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.reference} {self.change_fen}"


class Settlement(models.Model):
    """What a shop took on one day, as reconciled; later refunds count on their own day."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="settlements")
    day = models.DateField()
    payments = models.PositiveIntegerField()
    gross_fen = models.BigIntegerField()
    tips_fen = models.BigIntegerField()
    refunds = models.PositiveIntegerField()
    refunded_fen = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("merchant", "day"), name="one_settlement_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.day}"

    @property
    def net_fen(self) -> int:
        """What the day came to."""
        return self.gross_fen + self.tips_fen - self.refunded_fen
