"""Upgrades drawn by band: a seed committed to, tickets, a closed list, and the seed shown."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import asking, closing, register, signals
from zhima.city.doors.models import Draw, Received, Ticket
from zhima.city.live.signals import announce
from zhima.city.people.models import Person
from zhima.engine.doors import draws
from zhima.engine.kinds import Text, ZhimaError

TOPIC = "upgrades"


class Closed(ZhimaError):
    """The list of a draw is closed; nobody can enter any more."""


class PlacesChanged(ZhimaError):
    """Between the count of what is left and the draw somebody took a place: draw once more."""


def open_draw(
    *,
    operator: Reader,
    slot: str,
    title: Text,
    places: int,
    closes_at: datetime,
    worth_fen: int = 0,
) -> Draw:
    """Open a draw and commit to its seed; the same slot a second time is the same draw."""
    seed = secrets.token_bytes(draws.SEED_BYTES)
    draw, _ = Draw.objects.get_or_create(
        operator=operator.id,
        slot=slot,
        defaults={
            "operator_name": operator.name,
            "operator_name_zh": operator.name_zh,
            "title": title.en[:160],
            "title_zh": title.zh[:160],
            "worth_fen": worth_fen,
            "places": places,
            "seed": seed.hex(),
            "commitment": draws.commitment(seed),
            "rulebook": asking.rulebook().name,
            "opened_at": clock.now(),
            "closes_at": closes_at,
        },
    )
    return draw


def enter(*, draw: Draw, person: Person) -> Ticket:
    """Give a person her one ticket; raises Closed when the list is closed.

    Her chance is her band's if she lets the operator look, otherwise that of the lowest band.
    """
    known = Ticket.objects.filter(draw=draw, person=person).first()
    if known is not None:
        return known
    band = asking.band_of(name=draw.operator_words, person=person, purpose=asking.UPGRADES)
    with transaction.atomic():
        held = Draw.objects.select_for_update().get(pk=draw.pk)
        if held.closed_at is not None or clock.now() >= held.closes_at:
            raise Closed("the list of this draw is closed; ask about the next one")
        ticket, _ = Ticket.objects.get_or_create(
            draw=held,
            person=person,
            defaults={"name": secrets.token_hex(6), "percent": chance(band)},
        )
    return ticket


def leave(ticket: Ticket) -> bool:
    """Take a ticket off the list; False once that is closed."""
    with transaction.atomic():
        held = Draw.objects.select_for_update().get(pk=ticket.draw_id)
        if held.closed_at is not None:
            return False
        ticket.delete()
    return True


def chance(band: str | None) -> int:
    """Percent of a band under the rulebook in force, counted from where the band starts."""
    rules = asking.rulebook().rules
    start = next((each.start for each in rules.bands if each.id == band), rules.bands[0].start)
    return rules.benefits.chance(start)


def draw_now(draw: Draw) -> bool:
    """Close the list when it is time, and draw; whether this call did it."""
    now = clock.now()
    if not _close(draw, now):
        return False
    root = closing.root_after(draw)
    if root is None:
        # Another process is placing entries: the next look draws.
        return False
    try:
        with transaction.atomic():
            held = Draw.objects.select_for_update().get(pk=draw.pk)
            if held.drawn_at is not None or held.closed_at is None:
                return False
            held.root = root.hex()
            _draw(held, now)
    except PlacesChanged:
        # What was closed is not what there is to be had: count, and close, once more.
        Draw.objects.filter(pk=draw.pk, drawn_at=None).update(closed_at=None)
        return False
    return True


def _close(draw: Draw, now: datetime) -> bool:
    """Fix the list and how many places there are; whether it is closed and not drawn yet."""
    with transaction.atomic():
        held = Draw.objects.select_for_update().get(pk=draw.pk)
        if held.drawn_at is not None or now < held.closes_at:
            return False
        if held.closed_at is None:
            signals.closing.send(sender=Draw, draw=held)
            held.closed_at = now
            held.save(update_fields=["closed_at", "places"])
            closing.write_down(held)
    return True


def _draw(held: Draw, now: datetime) -> None:
    tickets = list(held.tickets.select_related("person"))
    names = draws.draw(
        seed=closing.luck(held),
        tickets=[draws.Ticket(ticket.name, ticket.percent) for ticket in tickets],
        places=held.places,
    )
    winners = [ticket for ticket in tickets if ticket.name in names]
    held.tickets.update(won=False)
    held.tickets.filter(name__in=names).update(won=True)
    held.drawn_at = now
    held.save(update_fields=["drawn_at", "root"])
    for ticket in winners:
        _note(held, ticket, now)
    signals.drawn.send(sender=Draw, draw=held, winners=winners)
    announce([ticket.person_id for ticket in tickets], TOPIC)


def _note(draw: Draw, ticket: Ticket, now: datetime) -> None:
    register.note(
        person=ticket.person,
        kind=Received.Kind.UPGRADE,
        what=draw.words,
        band=_band_with(ticket.percent),
        reference=f"draw:{draw.pk}:{ticket.name}",
        at=now,
        worth_fen=draw.worth_fen,
    )


def _band_with(percent: int) -> str:
    """The highest band that this chance belongs to; the ticket keeps the chance, not the band."""
    rules = asking.rulebook().rules
    fitting = [band.id for band in rules.bands if rules.benefits.chance(band.start) <= percent]
    return fitting[-1] if fitting else rules.bands[0].id


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one ticket, and why: its holder can work it out again from the seed."""

    ticket: Ticket
    lot: float | None
    """From 0 up to 100; it wins below its chance. None before the draw."""

    @property
    def was_too_late(self) -> bool:
        """The lot would have done, but luckier ones took all places."""
        return self.lot is not None and not self.ticket.won and self.lot < self.ticket.percent


def told(ticket: Ticket) -> Told:
    """A ticket with its lot, as soon as there is one."""
    draw = ticket.draw
    if draw.drawn_at is None:
        return Told(ticket, None)
    names = draw.tickets.values_list("name", flat=True)
    return Told(ticket, float(draws.lots(seed=closing.luck(draw), names=names)[ticket.name]))


def draw_due() -> int:
    """Draw every draw whose list is closed, in the order of their closing; how many there were."""
    due = Draw.objects.filter(drawn_at=None, closes_at__lte=clock.now()).order_by("closes_at")
    return sum(draw_now(draw) for draw in due)


def published(draw: Draw) -> dict[str, Any]:
    """What everybody may know of a draw; with the seed and the list once it is drawn.

    `zhima doors redraw` takes this and draws again.
    """
    done = draw.drawn_at is not None
    tickets = draw.tickets.order_by("name") if done else ()
    return {
        "format": "zhima-draw/2" if draw.root or not done else "zhima-draw/1",
        "draw": str(draw.pk),
        "title": draw.title,
        "operator": draw.operator_name,
        "rulebook": draw.rulebook,
        "places": draw.places,
        "commitment": draw.commitment,
        "closes_at": draw.closes_at.isoformat(),
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else None,
        "seed": draw.seed if done else None,
        "closing": closing.evidence(draw) if done else None,
        "tickets": [
            {"name": each.name, "percent": each.percent, "won": each.won} for each in tickets
        ],
    }
