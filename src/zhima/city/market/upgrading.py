"""Better places that are left over, drawn by band among those who booked the lesser ones.

Each departure, or night, of an offer that names a better one has a draw of `doors.upgrades`: a
booking is its ticket. When its list closes, what is left of the better places is counted, drawn,
and taken for the winners, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone

from zhima.city.clock import now
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import signals, upgrades
from zhima.city.doors.models import Draw
from zhima.city.doors.models import Ticket as Chance
from zhima.city.market import inventory, money, shelf
from zhima.city.market.manifest import When
from zhima.city.market.models import App, Booking, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.market.reporting import report_moment
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, keep
from zhima.engine.kinds import Text

MENDED_FOR = timedelta(hours=6)
AT_ONCE = 200


def closes_at(app: App, offer: Offer, starts_at: datetime) -> datetime | None:
    """When the list for the better places closes; None where there are none to be drawn."""
    rule = app.manifest.benefits.upgrades
    if rule is None or better(offer) is None:
        return None
    return starts_at - timedelta(hours=rule.closes_before_hours)


def better(offer: Offer) -> Offer | None:
    """What is better than this offer, of the same shop."""
    key = offer.facts.get("upgrade_to")
    found = Offer.objects.filter(app_id=offer.app_id, key=key, merchant=offer.merchant_id)
    return found.first() if key else None


def enter_soon(booking: Booking) -> None:
    """Once a booking is committed it gets its ticket: the look at the band is its own entry."""
    transaction.on_commit(partial(enter, booking.pk), robust=True)


def enter(booking_id: str) -> Chance | None:
    """Give a booking its ticket, once; None where nothing is drawn, or the list is closed."""
    booking = Booking.objects.select_related("offer__merchant", "person").get(pk=booking_id)
    app, starts_at = shelf.find(booking.app_id), booking.starts_at
    if app is None or starts_at is None or booking.state != BookingState.BOOKED:
        return None
    closing, upgrade = closes_at(app, booking.offer, starts_at), better(booking.offer)
    if closing is None or upgrade is None or closing <= now() or booking.upgrade_id is not None:
        return booking.upgrade
    draw = _draw(app, booking.offer, upgrade, starts_at, closing)
    try:
        ticket = upgrades.enter(draw=draw, person=booking.person)
        # One ticket a person: a second seat on the same run brings no second chance.
        Booking.objects.filter(pk=booking.pk, upgrade=None).update(upgrade=ticket)
    except (upgrades.Closed, IntegrityError):
        return None
    return ticket


def leave_soon(booking: Booking) -> None:
    """A booking that is off takes its ticket with it."""
    ticket = booking.upgrade
    if ticket is not None:
        transaction.on_commit(partial(upgrades.leave, ticket), robust=True)


def look(booking: Booking) -> Booking:
    """A booking as it stands now: whoever looks after the closing has it drawn."""
    ticket = booking.upgrade
    if ticket is None or ticket.won is not None or ticket.draw.closes_at > now():
        return booking
    upgrades.draw_now(ticket.draw)
    return Booking.objects.get(pk=booking.pk)


def enter_late() -> int:
    """Tickets that a process which died did not give; how many there are now."""
    rules = [app.pk for app in shelf.published() if app.manifest.benefits.upgrades]
    left = Booking.objects.filter(
        app_id__in=rules,
        state=BookingState.BOOKED,
        upgrade=None,
        starts_at__gt=now(),
        changed_at__gt=now() - MENDED_FOR,
    )
    return sum(enter(booking.pk) is not None for booking in left[:AT_ONCE])


@receiver(signals.closing, dispatch_uid="market")
def _count_what_is_left(draw: Draw, **_: Any) -> None:
    """Those who are no longer coming leave the list; no more is drawn than is left."""
    tickets = list(draw.tickets.select_related("booking__offer"))
    bookings = [ticket.booking for ticket in tickets if hasattr(ticket, "booking")]
    gone = [each.upgrade_id for each in bookings if each.state != BookingState.BOOKED]
    draw.tickets.filter(pk__in=gone).delete()
    if bookings:
        starts_at, upgrade = bookings[0].starts_at, better(bookings[0].offer)
        wanted = _same_times(upgrade, [starts_at]) if upgrade and starts_at else []
        draw.places = min(draw.places, sum(map(inventory.count_free, wanted)))


@receiver(signals.drawn, dispatch_uid="market")
def _give(draw: Draw, winners: Sequence[Chance], **_: Any) -> None:
    for ticket in winners:
        booking = Booking.objects.filter(upgrade=ticket).first()
        if booking is None:
            continue
        answer = move_up(booking)
        if isinstance(answer, Refused) and answer.reason is Refusal.SLOT_GONE:
            raise upgrades.PlacesChanged("somebody has just taken the better place")


def move_up(booking: Booking) -> Answer:
    """Take the better place and free the lesser one; of a stay as many nights as it is free."""
    app, upgrade = shelf.find(booking.app_id), better(booking.offer)
    if app is None or upgrade is None:
        return Refused(Refusal.OFFER_UNKNOWN)

    def work(fresh: Booking) -> Refused | None:
        if fresh.state != BookingState.BOOKED:
            return Refused(Refusal.NOT_NOW)
        place = _take(fresh, upgrade)
        if place is None:
            return Refused(Refusal.SLOT_GONE)
        fresh.upgraded_to, fresh.seat = upgrade, inventory.seat_in(upgrade, place)
        money.reseat(fresh)
        keep(fresh)
        report_moment(app, fresh, When.UPGRADED)
        return None

    return act_on(booking.pk, work)


def _take(booking: Booking, upgrade: Offer) -> int | None:
    """The longest run from the first time on in which one better place is free; its number."""
    lesser = list(Slot.objects.filter(claims__booking=booking).order_by("starts_at"))
    wanted = _same_times(upgrade, [slot.starts_at for slot in lesser])
    for count in range(len(wanted), 0, -1):
        place = inventory.claim(booking, wanted[:count])
        if place is not None:
            inventory.give_up(booking, of=lesser[:count])
            return place
    return None


def _draw(app: App, offer: Offer, upgrade: Offer, starts_at: datetime, closing: datetime) -> Draw:
    at = f"{timezone.localtime(starts_at):%Y-%m-%d %H:%M}"
    most = sum(slot.places for slot in _same_times(upgrade, [starts_at]))
    return upgrades.open_draw(
        operator=Reader("app", app.pk, offer.merchant.name_en, offer.merchant.name_zh),
        slot=f"{offer.key}:{starts_at:%Y-%m-%dT%H:%MZ}",
        title=Text(f"{upgrade.title_en}, {at}", f"{upgrade.title_zh}，{at}"),
        places=most,
        closes_at=closing,
        worth_fen=max(0, upgrade.price_fen - offer.price_fen),
    )


def _same_times(upgrade: Offer, starts: Sequence[datetime]) -> list[Slot]:
    """The better offer's slots at these times, up to the first at which it has none."""
    found = []
    for start in starts:
        inventory.make_slots(upgrade, timezone.localdate(start))
        slot = Slot.objects.filter(offer=upgrade, starts_at=start).first()
        if slot is None:
            break
        found.append(slot)
    return found
