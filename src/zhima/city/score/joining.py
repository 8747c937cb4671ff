"""Asking for a score, and giving it up. Nothing is computed of anybody who has not asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.purposes import SCORE
from zhima.city.people.models import Person
from zhima.city.scoring.money import WALLET, WALLET_KINDS

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of evidence that the wallet itself could report; unticked."""

    purpose: str
    words: str | Promise
    under: str | Promise


OFFERS = (
    Offer(
        "payments",
        _("What you pay and receive"),
        _("Amounts and days; never what you bought, never what you wrote"),
    ),
    Offer("bills", _("How you pay bills"), _("Paid or missed, and how late")),
    Offer("identity", _("How well you are known"), _("The level, no document")),
)


@transaction.atomic
def join(person: Person, purposes: Iterable[str]) -> None:
    """Ask for a score, and let the wallet report evidence for the purposes that were ticked."""
    until = clock.now() + YEAR
    grants.give(person=person, recipient=SCORE, purpose=SCORE, fields=[SCORE], until=until)
    for purpose in purposes:
        kinds = WALLET_KINDS.get(purpose, ())
        if kinds:
            grants.give(
                person=person,
                recipient=f"app:{WALLET}",
                purpose=purpose,
                fields=kinds,
                until=until,
            )


def leave(person: Person) -> None:
    """Give the score up: it is computed no more, and everything but paying goes on without."""
    for grant in grants.of_person(person):
        if grant.recipient == SCORE:
            grants.revoke(person=person, grant_id=grant.pk)
