"""Upgrades drawn by band: a seed committed to, tickets, a closed list, and the seed shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import asking, register, signals
from zhima.city.doors.models import Draw, Received, Ticket
from zhima.city.live.signals import announce
from zhima.city.people.models import Person
from zhima.engine.doors import draws
from zhima.engine.kinds import ZhimaError

TOPIC = "upgrades"


class Closed(ZhimaError):
    """The list of a draw is closed; nobody can enter any more."""


def open_draw(
    *, operator: Reader, slot: str, title: str, places: int, closes_at: datetime, worth_fen: int = 0
) -> Draw:
    """Open a draw and commit to its seed; the same slot a second time is the same draw."""
    seed = secrets.token_bytes(draws.SEED_BYTES)
    draw, _ = Draw.objects.get_or_create(
        operator=operator.id,
        slot=slot,
        defaults={
            "operator_name": operator.name,
            "title": title,
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
    band = asking.band_of(name=draw.operator_name, person=person, purpose=asking.UPGRADES)
    with transaction.atomic():
        held = Draw.objects.select_for_update().get(pk=draw.pk)
        if held.drawn_at is not None or clock.now() >= held.closes_at:
            raise Closed("the list of this draw is closed; ask about the next one")
        ticket, _ = Ticket.objects.get_or_create(
            draw=held,
            person=person,
            defaults={"name": secrets.token_hex(6), "percent": chance(band)},
        )
    return ticket


def chance(band: str | None) -> int:
    """Percent of a band under the rulebook in force, counted from where the band starts."""
    rules = asking.rulebook().rules
    start = next((each.start for each in rules.bands if each.id == band), rules.bands[0].start)
    return rules.benefits.chance(start)


def draw_now(draw: Draw) -> bool:
    """Draw when the list is closed; whether this call did it."""
    now = clock.now()
    with transaction.atomic():
        held = Draw.objects.select_for_update().get(pk=draw.pk)
        if held.drawn_at is not None or now < held.closes_at:
            return False
        tickets = list(held.tickets.select_related("person"))
        names = draws.draw(
            seed=bytes.fromhex(held.seed),
            tickets=[draws.Ticket(ticket.name, ticket.percent) for ticket in tickets],
            places=held.places,
        )
        winners = [ticket for ticket in tickets if ticket.name in names]
        held.tickets.update(won=False)
        held.tickets.filter(name__in=names).update(won=True)
        Draw.objects.filter(pk=held.pk).update(drawn_at=now)
        for ticket in winners:
            _note(held, ticket, now)
        announce([ticket.person_id for ticket in tickets], TOPIC)
        transaction.on_commit(_told(held, winners))
    return True


def _note(draw: Draw, ticket: Ticket, now: datetime) -> None:
    register.note(
        person=ticket.person,
        kind=Received.Kind.UPGRADE,
        what=draw.title,
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


def _told(draw: Draw, winners: list[Ticket]) -> Callable[[], object]:
    return partial(
        signals.drawn.send,
        sender=Draw,
        operator=draw.operator,
        slot=draw.slot,
        winners=[ticket.person for ticket in winners],
    )


def draw_due() -> int:
    """Draw every draw whose list is closed; how many there were."""
    due = Draw.objects.filter(drawn_at=None, closes_at__lte=clock.now())
    return sum(draw_now(draw) for draw in due)


def published(draw: Draw) -> dict[str, Any]:
    """What everybody may know of a draw; with the seed and the list once it is drawn.

    `zhima doors redraw` takes this and draws again.
    """
    done = draw.drawn_at is not None
    tickets = draw.tickets.order_by("name") if done else ()
    return {
        "format": "zhima-draw/1",
        "title": draw.title,
        "operator": draw.operator_name,
        "rulebook": draw.rulebook,
        "places": draw.places,
        "commitment": draw.commitment,
        "closes_at": draw.closes_at.isoformat(),
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else None,
        "seed": draw.seed if done else None,
        "tickets": [
            {"name": each.name, "percent": each.percent, "won": each.won} for each in tickets
        ],
    }
