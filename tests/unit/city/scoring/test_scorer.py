"""From evidence to scores: who is touched, why, and what is left alone."""

from __future__ import annotations

import pytest

from tests.city_books import befriend
from tests.city_scores import good_record, new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.people import contacts
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import evidence, readings, ties
from zhima.city.scoring.models import Due, Event, Score
from zhima.city.scoring.policy import in_force
from zhima.city.scoring.readings import Change
from zhima.city.scoring.society import Society
from zhima.engine.score.explain import score_of

pytestmark = pytest.mark.usefixtures("city")


def score(person: Person) -> int:
    reading = readings.current(person.pk)
    assert reading is not None
    return reading.score


def befriended(person: Person, other: Person, *, days: int = 100) -> None:
    befriend(person, other)
    low, high = sorted((person, other), key=lambda each: each.pk)
    since = clock.now() - clock.timedelta(days=days)
    Tie.objects.filter(low=low, high=high).update(agreed_at=since)


def test_whoever_opts_in_gets_a_score_with_a_receipt() -> None:
    ana = scored_resident("Ana")
    settle(new_scorer())
    reading = readings.current(ana.pk)
    assert reading.seq == 1
    assert reading.cause.startswith("consent:")
    assert reading.low < reading.score < reading.high
    assert score_of(readings.receipt(ana.pk)) == reading.score


def test_a_good_record_raises_the_score_and_names_its_cause() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    settle(scorer)
    before = score(ana)
    told = tell(*good_record(ana))
    settle(scorer)
    assert score(ana) > before + 100
    assert readings.current(ana.pk).cause in told


def test_what_changes_nothing_publishes_nothing() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    tell(*good_record(ana))
    settle(scorer)
    rows = Score.objects.count()
    tell(said(ana, "contact.introduced"))
    assert settle(scorer) == 1
    assert Score.objects.count() - rows <= 1
    assert settle(scorer) == 0


def spiral() -> tuple[Person, Person, str]:
    ana, chen, scorer = scored_resident("Ana"), scored_resident("Chen"), new_scorer()
    befriended(ana, chen)
    tell(*good_record(ana), *good_record(chen))
    settle(scorer)
    (breach,) = tell(said(chen, "obligation.breached", severity=2))
    settle(scorer)
    return ana, chen, breach


def test_a_breach_lowers_the_person_and_the_contacts_and_the_chain_says_so() -> None:
    ana, chen, breach = spiral()
    chain = readings.chain(breach)
    assert [moved.person_id for moved in chain] == [chen.pk, ana.pk]
    falls = [moved.new - moved.old for moved in chain]
    assert falls[0] < -50
    assert -10 < falls[1] < 0


def test_unfriending_moves_both_at_once_and_dropping_the_fallen_helps() -> None:
    ana, chen, _ = spiral()
    before, fallen = score(ana), score(chen)
    contacts.end(person=ana, other=chen)
    settle(new_scorer_again())
    assert score(ana) > before
    assert score(chen) < fallen
    assert readings.circle(ana.pk) == []


def test_ties_are_capped_by_how_well_the_city_knows_somebody() -> None:
    ana, bo, chen = (scored_resident(name) for name in ("ana", "bo", "chen"))
    settle(new_scorer())
    Person.objects.filter(pk__in=[bo.pk, chen.pk]).update(identity_level=1)
    for days, (one, other) in ((90, (ana, bo)), (80, (ana, chen)), (70, (bo, chen))):
        befriended(one, other, days=days)
    rules = in_force(clock.now()).rulebook.rules
    capped = rules.friends.model_copy(update={"tie_cap": (1, 2)})
    society = Society(capped, turned_at=clock.now(), rulebook="capped")
    places = [society.place[each.pk] for each in (ana, bo, chen)]
    tied = [[society.is_tied(i, j) for j in places] for i in places]
    assert tied == [[False, True, False], [True, False, True], [False, True, False]]
    society.dismiss(ana.pk)
    society.admit(ana.pk, 100, level=1)
    assert any(society.bring(*tie) for tie in ties.open_ties_of([ana.pk]))
    assert sum(society.is_tied(society.place[ana.pk], place) for place in places[1:]) == 1


def new_scorer_again():
    from zhima.city.scoring.models import Lease

    Lease.objects.all().delete()
    return new_scorer()


def test_a_strike_restores_everybody_touched() -> None:
    ana, chen, scorer = scored_resident("Ana"), scored_resident("Chen"), new_scorer()
    befriended(ana, chen)
    tell(*good_record(ana), *good_record(chen))
    settle(scorer)
    before = score(ana), score(chen)
    (breach,) = tell(said(chen, "obligation.breached", severity=2))
    settle(scorer)
    assert (score(ana), score(chen)) != before
    assert evidence.strike(breach, reason="not_proven")
    settle(scorer)
    assert (score(ana), score(chen)) == before
    assert readings.current(ana.pk).cause == f"strike:{breach}"


def test_a_contested_item_can_be_left_out_meanwhile() -> None:
    chen, scorer = scored_resident("Chen"), new_scorer()
    tell(*good_record(chen))
    settle(scorer)
    before = score(chen)
    (breach,) = tell(said(chen, "obligation.breached"))
    settle(scorer)
    fallen = score(chen)
    evidence.suspend(breach)
    settle(scorer)
    assert score(chen) == before
    evidence.unsuspend(breach)
    settle(scorer)
    assert score(chen) == fallen < before


def test_revoking_an_app_takes_its_items_out_of_use() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    settle(scorer)
    thin = score(ana)
    tell(*good_record(ana))
    settle(scorer)
    for grant in grants.of_person(ana).filter(recipient="app:library"):
        grants.revoke(person=ana, grant_id=grant.pk)
    settle(scorer)
    assert score(ana) == thin
    assert Event.objects.filter(person_id=ana.pk).exists()


def test_opting_out_erases_scores_and_evidence() -> None:
    ana, scorer = scored_resident("Ana"), new_scorer()
    tell(*good_record(ana))
    settle(scorer)
    (grant,) = grants.of_person(ana).filter(recipient="score")
    grants.revoke(person=ana, grant_id=grant.pk)
    settle(scorer)
    assert readings.current(ana.pk) is None
    assert not Event.objects.filter(person_id=ana.pk).exists()
    assert not Due.objects.exists()


def test_what_if_agrees_with_what_happens_then() -> None:
    ana, chen, scorer = scored_resident("Ana"), scored_resident("Chen"), new_scorer()
    befriended(ana, chen)
    tell(*good_record(chen))
    settle(scorer)
    before = score(ana)
    asked = readings.what_if(ana.pk, Change(events=("bill.paid amount_fen=12000 days_late=0",)))
    assert readings.what_if(ana.pk, Change()).difference == 0
    alone = readings.what_if(ana.pk, Change(leaves=(chen.pk,)))
    tell(said(ana, "bill.paid", amount_fen=12_000, purpose="bills", days_late=0))
    settle(scorer)
    assert score(ana) == asked.score == before + asked.difference
    assert alone.score < before
