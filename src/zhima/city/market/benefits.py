"""What a person is told of benefits: before she books, and on her booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from zhima.city.clock import now
from zhima.city.doors import asking, places, sharing, upgrades
from zhima.city.doors.given import Given
from zhima.city.market import contests, shelf, upgrading
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.placing import Wish
from zhima.city.people.models import Person
from zhima.engine.doors.places import OTHER_WAY


@dataclass(frozen=True, slots=True)
class Drawn:
    """What could be drawn for a booking that is not made yet."""

    better: Offer
    closes_at: datetime
    lowest: int
    """Percent of somebody whose band nobody may look at."""
    highest: int
    shares: bool

    @property
    def by_band(self) -> bool:
        """Whether the rulebook gives bands different chances."""
        return self.lowest != self.highest


def purposes(app: App) -> list[str]:
    """For which benefits the app's customers may let their score or band be looked at."""
    given = app.manifest.benefits
    wanted = ((asking.PLACES, given.places), (asking.UPGRADES, given.upgrades is not None))
    return [purpose for purpose, is_given in wanted if is_given]


def contested_offers() -> list[Given]:
    """What several may want, of the city's own apps: those of others have no page here."""
    apps = {app.pk: app for app in shelf.published() if app.pk in shelf.own_manifests()}
    offers = Offer.objects.filter(app_id__in=apps, is_open=True, facts__contested=True)
    return [
        Given(each.title, each.merchant.name, reverse(f"{each.app_id}:offer", args=[each.key]))
        for each in offers.select_related("merchant").order_by("app_id", "place")
        if apps[each.app_id].manifest.benefits.places
    ]


def before(app: App, wish: Wish) -> dict[str, Any]:
    """For the confirmation: the rule that gives the place, and what may be drawn afterwards."""
    contested = contests.is_contested(app, wish)
    return {
        "place_rule": places.rule_in_words() if contested else "",
        "place_unshared": contested
        and places.looks_at_scores()
        and not sharing.is_shared(wish.person, asking.PLACES),
        "drawn": _drawn(app, wish),
    }


def after(booking: Booking, person: Person) -> dict[str, Any]:
    """For the booking's page: what the rule said, and what was drawn; hers alone to read."""
    wish, ticket = booking.place_wish, booking.upgrade
    if person.pk != booking.person_id:
        return {}
    seconds = (wish.contest.closes_at - now()).total_seconds() if wish else 0
    return {
        "wish": wish,
        "seconds": max(round(seconds), 1),
        "other_way": {"en": OTHER_WAY.en, "zh": OTHER_WAY.zh},
        "told": upgrades.told(ticket) if ticket else None,
    }


def _drawn(app: App, wish: Wish) -> Drawn | None:
    better = upgrading.better(wish.offer)
    if not wish.slots or better is None:
        return None
    closing = upgrading.closes_at(app, wish.offer, wish.slots[0].starts_at)
    if closing is None or closing <= now():
        return None
    chances = asking.rulebook().rules.benefits.upgrades
    shares = sharing.is_shared(wish.person, asking.UPGRADES)
    return Drawn(better, closing, chances[0].percent, chances[-1].percent, shares)
