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
from zhima.city.scoring import money

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of evidence that the wallet itself could report; unticked."""

    purpose: str
    words: str | Promise
    under: str | Promise


OFFERS = (
    Offer(
        money.PURPOSE,
        _("What you pay and receive"),
        _("Amounts and days; never what you bought, never what you wrote"),
    ),
)
KINDS = {
    money.PURPOSE: (
        "payment.made",
        "payment.received",
        "payment.refunded",
        "payment.failed",
        "income.received",
        "transfer.sent",
        "transfer.received",
        "wallet.topped_up",
        "wallet.withdrawn",
        "packet.sent",
        "packet.received",
        "packet.returned",
        "donation.made",
    )
}
"""What the wallet reports for a purpose, as the sheet lists it."""


@transaction.atomic
def join(person: Person, purposes: Iterable[str]) -> None:
    """Ask for a score, and let the wallet report evidence for the purposes that were ticked."""
    until = clock.now() + YEAR
    grants.give(person=person, recipient=SCORE, purpose=SCORE, fields=[SCORE], until=until)
    for purpose in purposes:
        kinds = KINDS.get(purpose, ())
        if kinds:
            grants.give(
                person=person,
                recipient=f"app:{money.APP}",
                purpose=purpose,
                fields=kinds,
                until=until,
            )


def leave(person: Person) -> None:
    """Give the score up: it is computed no more, and everything but paying goes on without."""
    for grant in grants.of_person(person):
        if grant.recipient == SCORE:
            grants.revoke(person=person, grant_id=grant.pk)
