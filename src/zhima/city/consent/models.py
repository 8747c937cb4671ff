"""Grants, and the partners that ask for them. Revoking a grant fills one empty column of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from oauth2_provider.models import AbstractApplication


class Grant(models.Model):
    """A person lets a recipient use named fields for one purpose until a date.

    Recipients are text: `score`, `app:<id>`, `shop:<id>`, `partner:<client>`, `person:<uuid>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    recipient = models.CharField(max_length=100)
    purpose = models.CharField(max_length=60)
    fields = models.JSONField()
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    wording = models.CharField(max_length=40)
    """Version of the text that the person was shown."""
    source = models.CharField(max_length=40)
    """Where it was given: a sheet, a partner's request, the person's own page."""
    end_told = models.BooleanField(default=False)
    """Whether the rooms that use it have heard that it ran out."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gt=F("given_at")), name="a_grant_lasts_a_while"
            ),
            # Two live grants for one thing would make revoking one of them a false promise.
            models.UniqueConstraint(
                fields=("person", "recipient", "purpose"),
                condition=Q(revoked_at=None, end_told=False),
                name="one_live_grant_a_purpose",
            ),
        )
        indexes = (models.Index(fields=("end_told", "until"), name="grants_running_out"),)

    def __str__(self) -> str:
        return f"{self.recipient} for {self.purpose} until {self.until:%Y-%m-%d}"

    def is_live(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.given_at <= at < self.until and (
            self.revoked_at is None or at < self.revoked_at
        )


class Partner(AbstractApplication):
    """Software from outside that asks people through OAuth 2: a partner's service or a mini-app."""

    class Kind(models.TextChoices):
        """Who answers for it; also the first half of the name under which people grant."""

        PARTNER = "partner"
        """Registered by an operator, it reads what people grant."""
        APP = "app"
        """Published on the market under its manifest; its client id is the app's id."""

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PARTNER)
    is_open = models.BooleanField(default=True)
    """While it is not, it gets no codes and no tokens, and those that it has are worth nothing."""
    asks = models.JSONField(default=dict)
    """Purpose -> fields: the most that it may ask for."""
    about = models.CharField(max_length=200, blank=True)
    """What it wants this for, as people read it."""

    class Meta(AbstractApplication.Meta):
        verbose_name = "partner"

    @property
    def recipient(self) -> str:
        """Under which name people grant it something."""
        return f"{self.kind}:{self.client_id}"

    def is_usable(self, request: object) -> bool:
        """Whether the library may serve it at all."""
        return self.is_open

    def allows_grant_type(self, *grant_types: str) -> bool:
        """An app also speaks for itself: it serves its customers when they are not there."""
        as_itself = self.kind == self.Kind.APP and self.GRANT_CLIENT_CREDENTIALS in grant_types
        return as_itself or super().allows_grant_type(*grant_types)


class UsedCode(models.Model):
    """A code that was exchanged: whoever shows it again has stolen it, or was stolen from."""

    digest = models.CharField(max_length=64, primary_key=True)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
