"""The spiral as one time line: a fall, who felt it, who was dropped; S4 on the receipt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import translation

from tests.city_books import befriend
from tests.city_scores import new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.disclosure import overseeing
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.readers import Reader, Refused
from zhima.city.people import contacts
from zhima.city.people.models import Person, Tie
from zhima.city.score.chains import steps
from zhima.city.score.mine import mine
from zhima.city.score.receipt import printed
from zhima.city.scoring import evidence
from zhima.city.scoring.scorer import Scorer
from zhima.engine.kinds import Factor

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def scorer() -> Scorer:
    return new_scorer()


def friends(*people: Person) -> None:
    for place, one in enumerate(people):
        for other in people[place + 1 :]:
            befriend(one, other)
    Tie.objects.update(agreed_at=clock.now() - timedelta(days=200))


def words(person: Person, cause: str) -> list[str]:
    return [step.words for step in steps(mine(person), cause)]


def test_a_fall_reaches_the_contacts_and_nobody_else(scorer) -> None:
    ana, chen, far = (scored_resident(name) for name in ("Ana", "Chen", "Far"))
    friends(ana, chen)
    settle(scorer)
    before = {person.name: mine(person).now.score for person in (ana, chen, far)}
    tell(said(chen, "obligation.breached", event_id="car:17"))
    settle(scorer)
    told = steps(mine(chen), "car:17")
    assert told[0].words == "You: Broke an obligation."
    assert "set by OpenZhima" in told[0].rule
    assert told[1].by == mine(chen).now.score - before["Chen"] < -50
    assert told[1].appeal_of == "car:17"
    assert words(ana, "car:17")[0] == "Something was recorded about a contact of yours."
    felt = steps(mine(ana), "car:17")[1]
    assert felt.by == mine(ana).now.score - before["Ana"] <= 0
    assert "Friends count for 20 %" in felt.rule
    assert steps(mine(far), "car:17") == []
    assert all(step.rule for step in told)


@pytest.mark.parametrize(
    ("days", "cause"),
    [(3, "Returned a thing, 3 days late"), (1, "Returned a thing, 1 day late")],
)
def test_what_came_late_is_told_with_its_days(scorer, days: int, cause: str) -> None:
    chen = scored_resident("Chen")
    settle(scorer)
    late = said(chen, "item.returned", event_id="saw:4", days_late=days)
    tell(late)
    settle(scorer)
    first = steps(mine(chen), "saw:4")[0]
    assert first.words == f"You: {cause}."
    with translation.override("zh-hans"):
        assert f"迟了{days}天" in steps(mine(chen), "saw:4")[0].words


def test_dropping_and_being_dropped_are_steps_of_the_same_chain(scorer) -> None:
    ana, chen, li = (scored_resident(name) for name in ("Ana", "Chen", "Li"))
    friends(ana, chen, li)
    settle(scorer)
    tell(said(chen, "obligation.breached", event_id="car:17"))
    settle(scorer)
    contacts.end(person=ana, other=chen)
    settle(scorer)
    tie = Tie.objects.get(ended_at__isnull=False)
    for cause in ("car:17", f"tie:{tie.pk}"):
        assert "You ended the contact with Chen." in words(ana, cause)
        assert "Ana ended the contact with you." in words(chen, cause)
        assert words(ana, cause)[0] == words(ana, "car:17")[0]
    assert "Two of those touched are contacts no more." in words(li, "car:17")


def bent_door(chen: Person, scorer: Scorer) -> str:
    """Damage, breach and repair of one agreement; the breach's id."""
    about = {"obligation_id": "car-17"}
    tell(said(chen, "item.damaged", **about))
    settle(scorer)
    (breach,) = tell(said(chen, "obligation.breached", severity=2, **about))
    settle(scorer)
    tell(said(chen, "obligation.repaired", **about))
    settle(scorer)
    tell(said(chen, "item.damaged", obligation_id="car-18"))
    settle(scorer)
    return breach


def test_one_agreement_is_one_chain_with_its_correction(scorer) -> None:
    ana, chen = scored_resident("Ana"), scored_resident("Chen")
    friends(ana, chen)
    settle(scorer)
    breach = bent_door(chen, scorer)
    happened = [
        "You: Returned a thing damaged.",
        "You: Broke an obligation.",
        "You: Made a broken obligation good.",
    ]
    mine_alone = [line for line in words(chen, breach) if line.startswith("You:")]
    assert mine_alone == happened, "and nothing of another agreement"
    with transaction.atomic():
        evidence.strike(breach, reason="appeal_upheld")
    settle(scorer)
    for cause in (breach, f"strike:{breach}"):
        assert "The item was struck: it counts no more." in words(chen, cause)
    secret = [line for line in words(ana, breach) if "Chen" in line or "damaged" in line]
    assert secret == [], "what it was is his to know"


def test_an_operator_reads_a_chain_and_everybody_in_it_can_see_that(scorer) -> None:
    ana, chen, far = (scored_resident(name) for name in ("Ana", "Chen", "Far"))
    friends(ana, chen)
    settle(scorer)
    breach = bent_door(chen, scorer)
    reader = Reader("operator", "7", "Rui")
    with pytest.raises(Refused):
        overseeing.chain_of(reader=reader, reference="", cause=breach)
    assert [look.refusal for look in feed(chen)] == ["no_basis"]
    read = overseeing.chain_of(reader=reader, reference="case 17", cause=breach)
    assert [link.event_kind for link in read] == [
        "item.damaged",
        "obligation.breached",
        "obligation.repaired",
    ]
    assert {each.person_id for link in read for each in link.moved} == {ana.pk, chen.pk}
    for person in (ana, chen):
        look = feed(person)[0]
        assert (look.reader_name, look.purpose) == ("Rui", "chain")
        assert "case 17" in look.ground
    assert feed(far) == []
    fall = read[1]
    assert fall.within_s is not None
    assert fall.within_s <= 2


def test_s4_twelve_bills_raise_the_credit_history_with_a_line_of_its_own(scorer) -> None:
    ana = scored_resident("Ana")
    settle(scorer)

    def credit() -> int:
        found = mine(ana)
        parts = printed(found.lines, found.policy).parts
        return next(part for part in parts if part.factor is Factor.CREDIT_HISTORY).points_milli

    before = credit()
    bills = (
        said(ana, "bill.paid", days_ago=n + 1, amount_fen=9_000, purpose="bills", days_late=0)
        for n in range(12)
    )
    tell(*bills)
    settle(scorer)
    assert credit() > before
    found = mine(ana)
    lines = [e.words for p in printed(found.lines, found.policy).parts for e in p.entries]
    assert "You paid your last 12 bills on time." in lines
    (change, *_) = found.changes(found.history(), limit=1)
    assert change.reason == "You paid your last 12 bills on time."
