"""A case from the item to the last person told."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

from tests import appeal_cases
from tests.agreements import Agreement, Terms, agreement
from tests.city_books import befriend, resident
from tests.city_scores import (
    consent,
    good_record,
    new_scorer,
    opt_in,
    said,
    scored_resident,
    settle,
    tell,
)
from zhima.city import clock
from zhima.city.appeals import correction, deciders, lifecycle, subjects
from zhima.city.appeals.exhibits import MOST_BYTES, Paper
from zhima.city.appeals.models import Case, Move, Notice
from zhima.city.appeals.refusals import SENTENCES, AppealRefused, Refusal
from zhima.city.disclosure import reading
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.readers import NOT_THE_OWNER, Basis, Reader
from zhima.city.disclosure.words import shown
from zhima.city.obligations.models import Obligation
from zhima.city.people import contacts
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import readings, rebuilding
from zhima.city.scoring.models import Event, Lease, RulebookInForce

pytestmark = pytest.mark.usefixtures("city")
PDF = Paper("receipt.pdf", b"%PDF-1.4 paid")


class Spiral:
    """Chen's good name, Ana beside him, and one item that is wrong."""

    def __init__(self) -> None:
        self.ana, self.chen = scored_resident("Ana"), scored_resident("Chen")
        befriend(self.ana, self.chen)
        Tie.objects.update(agreed_at=clock.now() - timedelta(days=100))
        tell(*good_record(self.ana), *good_record(self.chen))
        self.scorer = new_scorer()
        settle(self.scorer)
        self.before = self.scores()
        (self.item,) = tell(said(self.chen, "obligation.breached", severity=2))
        settle(self.scorer)
        self.fallen = self.scores()

    def scores(self) -> tuple[int, int]:
        return tuple(readings.current(each.pk).score for each in (self.ana, self.chen))

    def contest(self, *papers: Paper) -> Case:
        subject = subjects.item(self.chen, self.item)
        return lifecycle.open_case(
            person=self.chen, subject=subject, text="I paid on the day.", papers=papers
        )


@pytest.fixture
def spiral() -> Spiral:
    return Spiral()


@pytest.fixture
def decider() -> Person:
    return a_decider("Dora")


def a_decider(name: str) -> Person:
    person = resident(name)
    deciders.OFFICE.appoint(person)
    return Person.objects.get(pk=person.pk)


def refused(step, **words: object) -> Refusal:
    with pytest.raises(AppealRefused) as caught:
        step(**words)
    return caught.value.reason


def test_a_contested_item_counts_for_nothing_until_it_is_decided(spiral, decider) -> None:
    assert spiral.fallen < spiral.before
    case = spiral.contest(PDF)
    settle(spiral.scorer)
    assert spiral.scores() == spiral.before
    lifecycle.reject(case=case, by=decider, reason="The payment came three weeks later.")
    settle(spiral.scorer)
    assert spiral.scores() == spiral.fallen
    assert [move.after for move in Move.objects.order_by("pk")] == ["opened", "rejected"]


def test_upheld_restores_scores_and_ties_and_tells_whoever_read(spiral, decider) -> None:
    shop = Reader("operator", "desk", "Repair desk")
    reading.score_of(
        reader=shop,
        person=spiral.chen,
        purpose="review",
        fields=("score",),
        basis=Basis("a test", "1"),
    )
    contacts.end(person=spiral.ana, other=spiral.chen)
    settle(spiral.scorer)
    case = spiral.contest()
    lifecycle.uphold(case=case, by=decider, reason="Paid in time: the receipt shows it.")
    settle(spiral.scorer)
    (to_ana,), (to_chen,) = correction.offers_to(spiral.ana), correction.offers_to(spiral.chen)
    assert not correction.take_back(offer=to_ana, person=spiral.ana)
    assert correction.take_back(offer=to_chen, person=spiral.chen)
    settle(spiral.scorer)
    assert spiral.scores() == spiral.before
    assert contacts.are_contacts(person=spiral.ana, other=spiral.chen)
    # Another scorer, and the audit, lay the same network from what is stored.
    assert rebuilding.check().differences == ()
    Lease.objects.all().delete()
    settle(new_scorer())
    assert spiral.scores() == spiral.before
    assert [(n.reader_name, n.person_id) for n in Notice.objects.all()] == [
        ("Repair desk", spiral.chen.pk)
    ]


def test_a_tie_that_one_side_leaves_ended_stays_ended(spiral, decider) -> None:
    contacts.end(person=spiral.ana, other=spiral.chen)
    lifecycle.uphold(case=spiral.contest(), by=decider, reason="Right.")
    (offer,) = correction.offers_to(spiral.ana)
    correction.leave_ended(offer=offer, person=spiral.ana)
    assert correction.offers_to(spiral.chen) == []
    assert not correction.take_back(offer=offer, person=spiral.chen)


def test_a_stranger_who_reaches_for_an_item_or_a_case_is_seen_by_its_owner(spiral, decider) -> None:
    eve = resident("Eve")
    case = spiral.contest()
    before = len(feed(spiral.chen))
    assert refused(subjects.item, person=eve, event_id=spiral.item) is Refusal.ITEM_UNKNOWN
    assert refused(subjects.item, person=eve, event_id="no-such") is Refusal.ITEM_UNKNOWN
    assert refused(lifecycle.case_of, person=eve, case_id=case.pk) is Refusal.CASE_UNKNOWN
    assert lifecycle.case_of(person=decider, case_id=case.pk) == case
    seen = feed(spiral.chen)[: len(feed(spiral.chen)) - before]
    assert [(look.reader_name, look.refusal) for look in seen] == [(eve.name, NOT_THE_OWNER)] * 2
    assert "yours" in str(shown(seen[0]).refusal)
    assert feed(eve) == []


def test_every_refusal_has_its_sentence_and_comes_in_its_order(spiral, decider) -> None:
    met: set[Refusal] = set()
    met.add(refused(subjects.item, person=spiral.ana, event_id=spiral.item))
    case = spiral.contest()
    met.add(refused(spiral.contest))
    met.add(refused(lifecycle.case_of, person=spiral.ana, case_id=case.pk))
    met.add(refused(lifecycle.say, case=case, by=spiral.chen, text="  "))
    large, odd = Paper("a.pdf", b"%PDF-" + b"x" * MOST_BYTES), Paper("a.pdf", b"MZ")
    met.add(refused(lifecycle.show, case=case, by=spiral.chen, paper=large))
    met.add(refused(lifecycle.show, case=case, by=spiral.chen, paper=odd))
    met.add(refused(lifecycle.uphold, case=case, by=spiral.ana, reason="He is a friend."))
    friend = a_decider("Fan")
    befriend(friend, spiral.chen)
    met.add(refused(lifecycle.uphold, case=case, by=friend, reason="He is a friend."))
    lifecycle.uphold(case=case, by=decider, reason="Right.")
    met.add(refused(lifecycle.reject, case=case, by=decider, reason="On second thoughts."))
    met.add(refused(spiral.contest))
    met.add(_too_late(spiral))
    met.add(_too_many(spiral))
    assert met == set(Refusal)
    assert set(SENTENCES) == set(Refusal)


def _too_late(spiral: Spiral) -> Refusal:
    (old,) = tell(said(spiral.chen, "booking.missed"))
    subject = subjects.item(spiral.chen, old)
    ages_ago = clock.now() - timedelta(days=2000)
    stale = type(subject)(**{**_fields(subject), "known_at": ages_ago})
    return refused(lifecycle.open_case, person=spiral.chen, subject=stale, text="Late.")


def _too_many(spiral: Spiral) -> Refusal:
    items = tell(*(said(spiral.chen, "booking.missed") for _ in range(lifecycle.MOST_OPEN + 1)))
    opened = [subjects.item(spiral.chen, each) for each in items]
    for subject in opened[:-1]:
        lifecycle.open_case(person=spiral.chen, subject=subject, text="No.")
    return refused(lifecycle.open_case, person=spiral.chen, subject=opened[-1], text="No.")


def _fields(subject: subjects.Subject) -> dict[str, object]:
    return {name: getattr(subject, name) for name in subject.__slots__}


def test_the_moves_are_those_of_the_lifecycle() -> None:
    ends = {state for state, after in lifecycle.MOVES.items() if not after}
    assert ends == {"upheld", "rejected", "withdrawn"}
    assert set(lifecycle.MOVES) - {""} == set(Case.State)


def test_withdrawing_lets_the_item_count_again(spiral) -> None:
    case = spiral.contest()
    lifecycle.withdraw(case=case, by=spiral.chen)
    settle(spiral.scorer)
    assert spiral.scores() == spiral.fallen


def test_an_upheld_case_becomes_a_test_that_names_nobody(spiral, decider, tmp_path) -> None:
    case = spiral.contest()
    lifecycle.uphold(case=case, by=decider, reason="Paid in time: the receipt shows it.")
    call_command("export_appeals", str(tmp_path), stdout=StringIO())
    (written,) = tmp_path.glob("*.yaml")
    text = written.read_text()
    exported = YAML(typ="safe").load(text)
    assert exported["item"].startswith("obligation.breached ")
    assert len(exported["given"]) == Event.objects.filter(person_id=spiral.chen.pk).count() - 2
    assert exported["then"]["own_with_item"] < exported["then"]["own_when_struck"]
    own = readings.current(spiral.chen.pk).own
    settle(spiral.scorer)
    assert own < readings.current(spiral.chen.pk).own == exported["then"]["own_when_struck"]
    for told in (str(spiral.chen.pk), spiral.chen.name, spiral.item):
        assert told not in text
    appeal_cases.run(exported)


def test_the_rulebook_says_whether_a_contested_item_counts_meanwhile(spiral, decider) -> None:
    RulebookInForce.objects.create(
        name="zhima-2018",
        state=RulebookInForce.State.IN_FORCE,
        drafted_at=clock.now(),
        since=clock.now(),
    )
    settle(spiral.scorer)
    fallen = spiral.scores()
    case = spiral.contest()
    settle(spiral.scorer)
    assert not case.is_set_aside
    assert spiral.scores() == fallen
    lifecycle.uphold(case=case, by=decider, reason="Paid in time.")
    settle(spiral.scorer)
    assert spiral.scores()[1] > fallen[1]


@pytest.mark.parametrize(("verdict", "ends"), [("uphold", "struck"), ("reject", "breached")])
def test_a_broken_agreement_waits_with_the_case_and_ends_as_it_ends(
    decider, verdict: str, ends: str
) -> None:
    made = broken_agreement()
    person = made.person.person
    breach = Event.objects.get(person_id=person.pk, kind="obligation.breached")
    case = lifecycle.open_case(
        person=person, subject=subjects.item(person, breach.event_id), text="It was on time."
    )
    made.obligation.refresh_from_db()
    assert made.obligation.state == "appealed"
    getattr(lifecycle, verdict)(case=case, by=decider, reason="The protocol says so.")
    made.obligation.refresh_from_db()
    assert made.obligation.state == ends
    struck = Event.objects.filter(person_id=person.pk, kind="item.struck")
    assert {event.context["struck_event_id"].split(":")[-1] for event in struck} == (
        {"obligation.breached", "obligation.overdue"} if verdict == "uphold" else set()
    )


def broken_agreement() -> Agreement:
    made = agreement(
        fen=200_00, terms=Terms(door="", deposit_fen=100_00, grace_hours=0, breach_after_days=0)
    )
    opt_in(made.person.person)
    consent(made.person.person, app=made.obligation.app)
    made.do("start", freeze=True)
    made.do("hand_out")
    Obligation.objects.update(due_at=clock.now() - timedelta(days=1))
    for act in ("mark_overdue", "breach"):
        made.do(act)
    assert made.obligation.state == "breached"
    return made
