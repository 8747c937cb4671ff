"""What a grant can be for, and which fields of a person's data each purpose may touch.

Evidence goes in for one of the purposes of the engine's features; answers go out for a door, a
badge or a profile. A purpose that is not here cannot be granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.language import told
from zhima.engine.events.vocabulary import KINDS

DOOR = "door:"
SCORE = "score"
"""As a recipient: the person's own score. As a purpose: that it is computed at all."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing data may be used for."""

    word: str | Promise
    fields: tuple[str, ...]
    """What may be granted for it; `*` stands for kinds of event."""
    dpv: str
    """The nearest term of the W3C Data Privacy Vocabulary."""

    @property
    def is_evidence(self) -> bool:
        """Whether data comes in for it."""
        return self.fields == EVIDENCE_FIELDS


EVIDENCE_FIELDS = ("*",)
ACTS = {"act:book": ("bookings",), "act:pay": ("wallet",), "act:agree": ("deposits",)}
"""What an app from outside may do in a person's name."""
MOST_A_DAY_FEN = 1_000_00
"""What it may pay, or bind her to pay, within a day: its own price, at its own shop, without her
hand. More than that she pays herself."""
_DOOR_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_NAMED = {
    SCORE: Purpose(_("Your score"), ("score",), "dpv:CreditChecking"),
    "payments": Purpose(_("What you pay and receive"), EVIDENCE_FIELDS, "dpv:CreditChecking"),
    "bills": Purpose(_("Bills and how you pay them"), EVIDENCE_FIELDS, "dpv:CreditChecking"),
    "credit": Purpose(_("Loans and how you repay them"), EVIDENCE_FIELDS, "dpv:CreditChecking"),
    "agreements": Purpose(
        _("Agreements and how you keep them"), EVIDENCE_FIELDS, "dpv:CreditChecking"
    ),
    "identity": Purpose(_("How well you are known"), EVIDENCE_FIELDS, "dpv:IdentityVerification"),
    "ratings": Purpose(_("What others rate"), EVIDENCE_FIELDS, "dpv:CreditChecking"),
    "court": Purpose(_("Court lists"), EVIDENCE_FIELDS, "dpv:LegalObligation"),
    "badge": Purpose(_("A badge that says “at least”"), ("at_least",), "dpv:Verification"),
    "profile": Purpose(
        _("Your profile"), ("band", "score", "interval", "factors"), "dpv:ServicePersonalisation"
    ),
    "places": Purpose(_("Who gets a place that several want"), ("score",), "dpv:ServiceProvision"),
    "upgrades": Purpose(_("Your chance of an upgrade"), ("band",), "dpv:ServiceProvision"),
    "parties": Purpose(_("Invitations by band"), ("band",), "dpv:ServiceProvision"),
    "act:book": Purpose(_("Booking in your name"), ACTS["act:book"], "dpv:ServiceProvision"),
    "act:pay": Purpose(
        _("Paying in your name, at most 1,000.00 a day"), ACTS["act:pay"], "dpv:PaymentManagement"
    ),
    "act:agree": Purpose(_("Agreeing in your name"), ACTS["act:agree"], "dpv:ServiceProvision"),
}
_DOOR_FIELDS = ("outcome", "deposit")


def purpose(name: str) -> Purpose | None:
    """The purpose of this name; None when there is none."""
    if name.startswith(DOOR):
        door_id = name.removeprefix(DOOR)
        if not _DOOR_ID.fullmatch(door_id):
            return None
        return Purpose(_door_words().get(door_id, door_id), _DOOR_FIELDS, "dpv:ServiceProvision")
    return _NAMED.get(name)


def named() -> tuple[str, ...]:
    """Every purpose but the doors, in the order in which people are asked."""
    return tuple(_NAMED)


def knows_field(wanted: Purpose, field: str) -> bool:
    """Whether a field belongs to a purpose."""
    if wanted.is_evidence:
        return field in KINDS
    return field in wanted.fields


def unknown_fields(wanted: Purpose, fields: Iterable[str]) -> list[str]:
    """The fields that do not belong to a purpose."""
    return [field for field in fields if not knows_field(wanted, field)]


FIELD_WORDS: dict[str, str | Promise] = {
    "score": _("the number"),
    "band": _("the band"),
    "interval": _("the interval"),
    "factors": _("the five factors"),
    "contacts": _("what each contact gives and takes"),
    "outcome": _("yes, no or deposit"),
    "deposit": _("how much deposit"),
    "at_least": _("that you reach a band"),
    "bookings": _("book and cancel for you"),
    "wallet": _("pay for bookings from your wallet"),
    "deposits": _("take on an agreement about a deposit"),
}


def field_word(field: str) -> str:
    """A field in the reader's language; kinds of event are said as the vocabulary says them."""
    if field in KINDS:
        return told(KINDS[field].meaning)
    return str(FIELD_WORDS.get(field, field))


@cache
def _door_words() -> dict[str, str | Promise]:
    """Doors in words, from whichever app knows them (`door_words` of its config)."""
    words: dict[str, str | Promise] = {}
    for config in apps.get_app_configs():
        words |= getattr(config, "door_words", dict)()
    return words
