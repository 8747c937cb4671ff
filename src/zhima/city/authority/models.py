"""What authorities ask about people, who approved it, and what they were given.

Requests change only by `zhima.city.authority.gateway`.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Agency(models.Model):
    """An authority that may ask: a court, a ministry, a police office."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    contact = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Request(models.Model):
    """One question of an agency about one person."""

    class State(models.TextChoices):
        """asked -> seconded -> released; refused or lapsed before that."""

        ASKED = "asked", _("Asked")
        APPROVED = "approved", _("Approved by one")
        RELEASED = "released", _("Answered")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Lapsed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="requests")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="authority_requests")
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    reference = models.CharField(_("file number"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=200)
    fields = models.JSONField(_("fields"))
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    sealed_until = models.DateTimeField(_("sealed until"), null=True)
    seal_basis = models.CharField(_("legal basis of the seal"), max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    first_approver = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    second_approver = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=2000, blank=True)
    """Why it was refused."""

    class Meta:
        indexes = (models.Index(fields=("state", "asked_at"), name="requests_by_state"),)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.reference}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state in {self.State.ASKED, self.State.APPROVED}


class CourtList(models.Model):
    """A list that was imported, and from whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="lists")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    imported_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """One person on a court list: why, since when, and what would take her off it."""

    court_list = models.ForeignKey(CourtList, models.PROTECT, related_name="listings")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="listings")
    event_id = models.CharField(max_length=80, unique=True)
    listed_on = models.DateField()
    reason = models.CharField(max_length=400)
    remedy = models.CharField(max_length=400)
    cleared_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id} since {self.listed_on}"
