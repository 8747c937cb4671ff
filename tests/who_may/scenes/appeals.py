"""The owner contests an item; a tie was lost; an authority asks and a court lists."""

from __future__ import annotations

from datetime import timedelta

from tests.city_scores import consent, new_scorer, opt_in, said, settle, tell
from tests.who_may.people import People
from zhima.city import clock
from zhima.city.appeals import lifecycle, subjects
from zhima.city.appeals.exhibits import Paper
from zhima.city.appeals.models import Exhibit, TieOffer
from zhima.city.authority import gateway
from zhima.city.authority.gateway import Question
from zhima.city.authority.models import Agency
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.reading import Basis, Reader, score_of
from zhima.city.people.models import Person, Tie


def looked_at(person: Person) -> int:
    """Somebody reads a score; the entry of it."""
    desk, basis = Reader("operator", "desk", "Repair desk"), Basis("a test", "1")
    score_of(reader=desk, person=person, purpose="review", fields=("band",), basis=basis)
    return Entry.objects.get(person=person).pk


def scene(people: People) -> dict[str, object]:
    """What the pages are about."""
    owner, operator = people.owner.person, people.operator.person
    opt_in(owner)
    consent(owner)
    item, another = tell(said(owner, "booking.missed"), said(owner, "booking.missed"))
    settle(new_scorer())
    case = lifecycle.open_case(
        person=owner,
        subject=subjects.item(owner, item),
        text="I was there.",
        papers=[Paper("ticket.pdf", b"%PDF-1.4")],
    )
    tie = Tie.objects.get()
    offer = TieOffer.objects.create(case=case, tie=tie)
    Agency.objects.create(pk="river-court", name="River court", contact="court@example.org")
    today = clock.now().date()
    asked = gateway.ask(
        by=operator,
        question=Question(
            agency_id="river-court",
            username=owner.username,
            legal_basis="Art. 67",
            reference="12/2026",
            purpose="enforcement",
            fields=("band",),
            period_from=today - timedelta(days=9),
            period_to=today,
        ),
    )
    return {
        "event_id": another,
        "entry_id": looked_at(owner),
        "door_id": "car",
        "case_id": case.pk,
        "exhibit_id": Exhibit.objects.get().pk,
        "offer_id": offer.pk,
        "wish": "take",
        "request_id": asked.pk,
        "step": "approve",
        "year": today.year,
    }
