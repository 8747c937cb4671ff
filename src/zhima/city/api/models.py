"""Keys of partners, what they were answered, and what is on its way to them."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.pay.models import Merchant
from zhima.city.pay.signatures import new_secret

MAX_URL_CHARACTERS = 500


def new_id() -> str:
    """Short, and guessed by nobody."""
    return secrets.token_hex(10)


class ApiKey(models.Model):
    """Lets software act for a shop. Only its digest is kept; the key is shown once."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="api_keys")
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=11)
    """Its first characters, by which the owner recognises it."""
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.start


class KeptAnswer(models.Model):
    """What a request under an idempotency key was answered; 0 while it is still being worked on."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    # The machine's clock (api/idempotency.py).
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("merchant", "key"), name="one_answer_a_key"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.status}"


class Endpoint(models.Model):
    """Where a shop, or a partner that people let read, wants to hear of what happens."""

    id = models.CharField(primary_key=True, max_length=24, default=new_id)
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="endpoints", null=True)
    partner = models.CharField(max_length=100, blank=True, db_index=True)
    """The client id of a partner; empty where it is a shop's."""
    url = models.URLField(max_length=MAX_URL_CHARACTERS)
    secret = models.CharField(max_length=64, default=new_secret)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(merchant=None, partner__gt="") | Q(merchant__isnull=False, partner=""),
                name="an_endpoint_is_of_one",
            ),
        )

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event on its way to one endpoint."""

    class State(models.TextChoices):
        """waiting -> delivered | failed; a replay makes it wait again."""

        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    id = models.CharField(primary_key=True, max_length=24, default=new_id)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    source = models.CharField(max_length=16, default="ledger")
    """Which room tells of it; each numbers its own events."""
    seq = models.BigIntegerField()
    """The number of the event there: for the ledger, of its entry."""
    body = models.JSONField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The machine's clock (api/sending.py).
    due_at = models.DateTimeField(default=timezone.now)
    answered = models.CharField(max_length=40, blank=True)
    """What the last attempt came to."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "source", "seq"), name="an_event_once_an_endpoint"
            ),
        )
        indexes = (models.Index(fields=("state", "due_at"), name="deliveries_due"),)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    @property
    def event(self) -> str:
        """What it tells of, as `obligation.overdue`."""
        return str(self.body.get("type", ""))


class Cursor(models.Model):
    """How far the ledger has been told to endpoints; moves with what it writes."""

    reader = models.CharField(primary_key=True, max_length=20)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} {self.seq}"
