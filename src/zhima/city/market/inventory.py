"""What can be had when: slots made from an offer's pattern, and places that are taken once.

A pattern says either `times` (with `minutes`, `weekdays`), or `daily` (one slot from `from` until
the next day's `until`), or `standing` (one slot without time); each with `places`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from zhima.city.clock import now
from zhima.city.market.models import STANDING, Booking, Claim, Offer, Slot

DAYS_AHEAD = 14
MOST_TRIES = 60
SEAT_LETTERS = "ABCDF"
SEATS_A_COACH = 20


def slots(offer: Offer, *, day: date | None = None, days: int = 1) -> QuerySet[Slot]:
    """The slots of an offer from a day on, with `free` places each; made when first looked at."""
    first = day or timezone.localdate(now())
    for ahead in range(days):
        make_slots(offer, first + timedelta(days=ahead))
    found = Slot.objects.filter(offer=offer)
    if "standing" not in offer.pattern:
        start, end = _day_limits(first, days)
        found = found.filter(starts_at__gte=start, starts_at__lt=end)
    return found.annotate(free=F("places") - Count("claims")).order_by("starts_at")


def run_of(offer: Offer, first: Slot, count: int) -> list[Slot]:
    """`count` slots in a row, beginning with `first`; fewer when there are no more."""
    for ahead in range(count):
        make_slots(offer, timezone.localdate(first.starts_at) + timedelta(days=ahead))
    found = Slot.objects.filter(offer=offer, starts_at__gte=first.starts_at)
    return list(found.order_by("starts_at")[:count])


def is_free(slot: Slot) -> bool:
    """Whether anything of it is left at this moment."""
    return count_free(slot) > 0


def count_free(slot: Slot) -> int:
    """How many places of it are left at this moment."""
    return slot.places - Claim.objects.filter(slot=slot).count()


def claim(booking: Booking, wanted: Sequence[Slot]) -> int | None:
    """Take one place that is free in all of these slots; its number, or None when there is none.

    Two who want the last place meet in the table: one of them is told that it is gone.
    """
    for _ in range(MOST_TRIES):
        place = _first_free(wanted)
        if place is None:
            return None
        try:
            with transaction.atomic():
                Claim.objects.bulk_create(
                    Claim(slot=slot, place=place, booking=booking) for slot in wanted
                )
        except IntegrityError:
            continue
        return place
    return None


def give_up(booking: Booking, *, of: Sequence[Slot] | None = None) -> int:
    """Make its places free again, all or those of some slots; how many there were."""
    claims = Claim.objects.filter(booking=booking)
    deleted, _ = (claims if of is None else claims.filter(slot__in=of)).delete()
    return deleted


def take_from_stock(offer: Offer, pieces: int) -> bool:
    """Take pieces off the shelf, if there are so many."""
    left = Offer.objects.filter(pk=offer.pk).filter(Q(stock=None) | Q(stock__gte=pieces))
    return left.update(stock=F("stock") - pieces) == 1


def back_to_stock(offer: Offer, pieces: int) -> None:
    """Put pieces back."""
    Offer.objects.filter(pk=offer.pk).update(stock=F("stock") + pieces)


def seat_label(place: int) -> tuple[int, str]:
    """Coach and seat of a numbered place: 1 is coach 1, seat 1A."""
    coach, rest = divmod(place - 1, SEATS_A_COACH)
    row, letter = divmod(rest, len(SEAT_LETTERS))
    return coach + 1, f"{row + 1}{SEAT_LETTERS[letter]}"


def seat_in(offer: Offer, place: int) -> str:
    """What a numbered place of an offer is called on a ticket; empty where there are no seats."""
    if "seats" not in offer.facts:
        return ""
    coach, seat = seat_label(place)
    return f"{offer.facts.get('coach', coach)} · {seat}"


def _first_free(wanted: Sequence[Slot]) -> int | None:
    taken = set(Claim.objects.filter(slot__in=wanted).values_list("place", flat=True))
    most = min(slot.places for slot in wanted)
    return next((place for place in range(1, most + 1) if place not in taken), None)


def make_slots(offer: Offer, day: date) -> None:
    """The slots of one day, once: whoever comes second finds them."""
    wanted = list(_planned(offer, day))
    if not wanted:
        return
    known = Slot.objects.filter(offer=offer, starts_at__in=[slot.starts_at for slot in wanted])
    if known.count() < len(wanted):
        Slot.objects.bulk_create(wanted, ignore_conflicts=True)


def _planned(offer: Offer, day: date) -> list[Slot]:
    pattern = offer.pattern
    if "standing" in pattern:
        return [Slot(offer=offer, starts_at=STANDING, places=pattern["standing"])]
    if day.isoweekday() not in pattern.get("weekdays", range(1, 8)):
        return []
    places = pattern.get("places", 1)
    if "daily" in pattern:
        start = _at(day, pattern["daily"]["from"])
        end = _at(day + timedelta(days=1), pattern["daily"]["until"])
        return [Slot(offer=offer, starts_at=start, ends_at=end, places=places)]
    length = timedelta(minutes=pattern.get("minutes", 60))
    starts = [_at(day, text) for text in pattern.get("times", ())]
    return [Slot(offer=offer, starts_at=s, ends_at=s + length, places=places) for s in starts]


def _at(day: date, text: str) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time.fromisoformat(text), zone)


def _day_limits(first: date, days: int) -> tuple[datetime, datetime]:
    return _at(first, "00:00"), _at(first + timedelta(days=days), "00:00")
