"""Parties by band: whom the host's rule lets in, and the list of who was left out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhima.city import clock
from zhima.city.doors import asking
from zhima.city.doors.models import Guest, Party
from zhima.city.live.signals import announce
from zhima.city.people import contacts
from zhima.city.people.models import Person
from zhima.city.people.offices import Office
from zhima.engine.kinds import Text, ZhimaError

TOPIC = "parties"
AUDIT = Office("Auditors", "doors.view_party")
"""Whose work is to see whom a host's rule left out."""


class NotByBand(ZhimaError):
    """The rulebook in force does not let hosts invite by band."""


def invite(*, host: Person, title: str, at: datetime, from_band: str) -> Party:
    """Invite every contact in the band or above who lets hosts look at it.

    Raises NotByBand, and ZhimaError for a band that the rulebook does not have. The host learns who
    is invited and how many are not; why somebody is not is that person's own to read.
    """
    rulebook = asking.rulebook()
    if not rulebook.rules.benefits.invitations_by_band:
        raise NotByBand(f"{rulebook.name} lets nobody invite by band; invite by name")
    order = [band.id for band in rulebook.rules.bands]
    if from_band not in order:
        raise ZhimaError(f"no band {from_band!r}; there are {', '.join(order)}")
    name = Text(f"{title} ({host.name})", "")
    guests = [
        _guest(person, name, order, order.index(from_band)) for person in contacts.contacts_of(host)
    ]
    with transaction.atomic():
        party = Party.objects.create(
            host=host,
            title=title,
            at=at,
            from_band=from_band,
            rulebook=rulebook.name,
            made_at=clock.now(),
        )
        for guest in guests:
            guest.party = party
        Guest.objects.bulk_create(guests)
        announce([guest.person_id for guest in guests], TOPIC)
    return party


def _guest(person: Person, name: Text, order: list[str], least: int) -> Guest:
    band = asking.band_of(name=name, person=person, purpose=asking.PARTIES)
    if band is None:
        return Guest(person=person, state=Guest.State.NOT_SHARED)
    short = max(least - order.index(band), 0)
    state = Guest.State.LEFT_OUT if short else Guest.State.INVITED
    return Guest(person=person, state=state, bands_short=short)


def answer(*, party: Party, person: Person, comes: bool) -> bool:
    """Say yes or no to an invitation; False when there was none."""
    state = Guest.State.ACCEPTED if comes else Guest.State.DECLINED
    asked = (Guest.State.INVITED, Guest.State.ACCEPTED, Guest.State.DECLINED)
    changed = Guest.objects.filter(party=party, person=person, state__in=asked).update(state=state)
    announce([party.host_id], TOPIC)
    return bool(changed)
