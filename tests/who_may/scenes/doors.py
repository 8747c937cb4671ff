"""A place that the owner asked for, a draw, the owner's party, an introduction on its way."""

from __future__ import annotations

from datetime import timedelta

from tests.who_may.people import People
from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import introductions, parties, places, upgrades
from zhima.city.doors.models import Guest
from zhima.city.people import contacts
from zhima.engine.kinds import Text

TABLE, RAIL = Reader("app", "table", "River restaurant"), Reader("app", "train", "River railway")


def scene(people: People) -> dict[str, object]:
    """Where the paths lead."""
    owner, contact, stranger = people.owner.person, people.contact.person, people.stranger.person
    contacts.ask(person=contact, other=stranger)
    contacts.agree(person=stranger, other=contact)
    wish = places.ask(
        operator=TABLE, person=owner, slot="4/19:00", what=Text("Table 4 at 19:00", "4号桌，19:00")
    )
    soon = clock.now() + timedelta(hours=1)
    title = Text("First class", "一等座")
    draw = upgrades.open_draw(operator=RAIL, slot="7", title=title, places=1, closes_at=soon)
    party = parties.invite(host=owner, title="Housewarming", at=soon, from_band="good")
    Guest.objects.filter(party=party, person=contact).update(state=Guest.State.INVITED)
    introduction = introductions.ask(asker=owner, target=stranger)
    return {
        "purpose": "parties",
        "contest_id": wish.contest_id,
        "draw_id": draw.pk,
        "party_id": party.pk,
        "introduction_id": introduction.pk,
        "wish": "withdraw",
        "year": clock.now().year,
    }
