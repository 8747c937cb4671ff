"""G6: an insider raises a friend; the audit finds it. So does every other change by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.city_books import befriend, resident
from tests.city_scores import consent, good_record, new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.disclosure import reading, tree
from zhima.city.disclosure.models import Entry, Tile, Tree
from zhima.city.disclosure.readers import Basis, Reader
from zhima.city.ledger import requests
from zhima.city.oversight import overrides, sealing
from zhima.city.oversight.audit import Finding, audit
from zhima.city.oversight.models import Override, Seal, SealedEvent
from zhima.city.oversight.overrides import OverrideRefused, Refusal
from zhima.city.people.models import Person
from zhima.city.scoring import money
from zhima.city.scoring.models import Event, Lease, Score, Standing
from zhima.city.wallet import books
from zhima.engine.rulebook.model import Outcome

pytestmark = pytest.mark.usefixtures("city")


class Town:
    """Two people with records, money that moved, a reading, seals: nothing wrong."""

    def __init__(self) -> None:
        self.chen, self.ana = scored_resident("Chen", fen=100_00), scored_resident("Ana")
        for person in (self.chen, self.ana):
            consent(person, app=money.APP)
        befriend(self.chen, self.ana)
        tell(*good_record(self.chen, months=4), said(self.chen, "booking.missed"))
        books.write(
            requests.pay(
                transfer_id="noodles",
                payer=books.purse(self.chen),
                payee=books.purse(self.ana),
                amount_fen=12_00,
            )
        )
        self.settle()
        reading.score_of(
            reader=Reader("operator", "desk", "Repair desk"),
            person=self.chen,
            purpose="review",
            fields=("score",),
            basis=Basis("a test", "1"),
        )
        self.quiet()

    def settle(self) -> None:
        Lease.objects.all().delete()
        scorer = new_scorer()
        while money.take_in():
            pass
        settle(scorer)

    def quiet(self) -> None:
        sealing.seal_new()
        tree.integrate()
        assert list(audit()) == []


@pytest.fixture
def town() -> Town:
    return Town()


def by_hand(sql: str, *values: object) -> None:
    """What somebody with the database's password can do."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(v) if not isinstance(v, int) else v for v in values])
        assert cursor.rowcount


def reasons(found: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.part, finding.reason) for finding in found}


def raise_the_number(town: Town) -> None:
    newest = Score.objects.filter(person_id=town.chen.pk).order_by("-seq").first()
    by_hand("UPDATE scoring_score SET score = 800, high = 900 WHERE id = %s", newest.pk)


def raise_number_and_standing(town: Town) -> None:
    raise_the_number(town)
    Standing.objects.filter(person_id=town.chen.pk).update(score=800)


def reword_a_line(town: Town) -> None:
    newest = Score.objects.filter(person_id=town.chen.pk).order_by("-seq").first()
    lines = [[*each[:4], "kept every promise", each[5]] for each in newest.lines]
    Score.objects.filter(pk=newest.pk).update(lines=lines)


def lift_the_band(town: Town) -> None:
    Score.objects.filter(person_id=town.chen.pk).update(band="outstanding")


def widen_the_interval(town: Town) -> None:
    newest = Score.objects.filter(person_id=town.chen.pk).order_by("-seq").first()
    Score.objects.filter(pk=newest.pk).update(low=newest.low + 3, high=newest.high - 3)


def raise_and_point_to_other_rules(town: Town) -> None:
    Standing.objects.filter(person_id=town.chen.pk).update(own=600, rulebook="mine 0000")


def remove_an_item_and_hide_whose_it_was(town: Town) -> None:
    remove_an_item_as_if_by_right(town)
    by_hand("UPDATE oversight_sealedevent SET owner = 'nobody' WHERE erased_at IS NOT NULL")


def remove_the_last_seal(town: Town) -> None:
    last = Seal.objects.latest("number")
    SealedEvent.objects.filter(seal=last).delete()
    last.delete()


def forget_how_long_the_log_is(town: Town) -> None:
    Tree.objects.all().delete()


def spoil_the_proofs(town: Town) -> None:
    tile = Tile.objects.get(level=0, n=0)
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(len(tile.hashes)))


def move_a_reading_to_another(town: Town) -> None:
    Entry.objects.filter(person=town.chen).update(person=town.ana)


def raise_own_points(town: Town) -> None:
    Standing.objects.filter(person_id=town.chen.pk).update(own=600)


def add_a_bill(town: Town) -> None:
    Event.objects.filter(kind="bill.paid").first()
    Event.objects.create(
        event_id="ledger:999:out",
        person_id=town.chen.pk,
        kind="bill.paid",
        occurred_at=clock.now() - timedelta(days=3),
        recorded_at=clock.now() - timedelta(days=3),
        amount_fen=12_000,
        app=money.APP,
        purpose="payments",
    )
    town.settle()
    sealing.seal_new()


def edit_an_item(town: Town) -> None:
    by_hand("UPDATE scoring_event SET kind = 'booking.kept' WHERE kind = 'booking.missed'")
    town.settle()


def remove_an_item(town: Town) -> None:
    by_hand("DELETE FROM scoring_event WHERE kind = 'booking.missed'")


def remove_an_item_as_if_by_right(town: Town) -> None:
    seq = Event.objects.get(kind="booking.missed").seq
    remove_an_item(town)
    by_hand("UPDATE oversight_sealedevent SET erased_at = '2999-01-01' WHERE seq = %s", seq)


def edit_item_and_seal(town: Town) -> None:
    event = Event.objects.get(kind="booking.missed")
    edit_an_item(town)
    event.refresh_from_db()
    new = sealing.hash_of(event)
    by_hand("UPDATE oversight_sealedevent SET sha256 = %s WHERE seq = %s", new, event.seq)


def remove_a_score(town: Town) -> None:
    tell(said(town.chen, "obligation.breached", severity=2))
    town.settle()
    by_hand("DELETE FROM scoring_score WHERE seq = 1 AND person_id = %s", town.chen.pk.hex)


def rewrite_who_looked(town: Town) -> None:
    entry = Entry.objects.get(person=town.chen)
    entry.detail["reader"]["name"] = "Nobody"
    entry.save()


def remove_a_reading(town: Town) -> None:
    Entry.objects.filter(person=town.chen).delete()


TAMPERINGS = {
    raise_the_number: {("scores", "unknown_standing"), ("receipts", "sum_differs")},
    raise_number_and_standing: {("scores", "receipt"), ("scores", "score")},
    raise_own_points: {("scores", "own")},
    reword_a_line: {("scores", "own")},
    lift_the_band: {("receipts", "another_band")},
    widen_the_interval: {("receipts", "interval_differs")},
    raise_and_point_to_other_rules: {("scores", "unknown_standing")},
    remove_an_item_and_hide_whose_it_was: {("evidence", "digest_differs")},
    remove_the_last_seal: {("evidence", "seal_removed")},
    forget_how_long_the_log_is: {("log", "head_is_short")},
    spoil_the_proofs: {("log", "tile_differs")},
    move_a_reading_to_another: {("log", "index_differs")},
    add_a_bill: {("evidence", "no_such_entry")},
    edit_an_item: {("evidence", "edited")},
    remove_an_item: {("evidence", "removed")},
    remove_an_item_as_if_by_right: {("evidence", "removed")},
    edit_item_and_seal: {("evidence", "digest_differs")},
    remove_a_score: {("receipts", "score_removed")},
    rewrite_who_looked: {("log", "detail_changed")},
    remove_a_reading: {("log", "root_differs")},
}


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda each: each.__name__)
def test_a_change_by_hand_is_found(town: Town, tamper) -> None:
    tamper(town)
    assert TAMPERINGS[tamper] <= reasons(list(audit()))


def operators() -> list[Person]:
    people = [resident(name) for name in ("Clerk", "Second")]
    for person in people:
        overrides.OFFICE.appoint(person)
    return [Person.objects.get(pk=person.pk) for person in people]


def asked(by: Person, **changes: object) -> Override:
    wanted = {
        "by": by,
        "username": "chen",
        "door_id": "car",
        "outcome": Outcome.OPEN,
        "reason": "A disabled driver whose file is thin.",
        "until": clock.now() + timedelta(days=20),
    }
    return overrides.ask(**{**wanted, **changes})


def test_an_exception_needs_two_ends_by_itself_and_is_in_the_persons_feed(town: Town) -> None:
    from zhima.city.disclosure import feed, own

    clerk, second = operators()
    before = {each.door: each.outcome for each in own.doors(town.chen)}
    held = asked(clerk)
    assert {each.door: each.outcome for each in own.doors(town.chen)} == before
    overrides.agree(override_id=held.pk, by=second)
    (car,) = (each for each in own.doors(town.chen) if each.door == "car")
    assert (car.outcome, car.rule) == (Outcome.OPEN, f"override {held.pk}")
    assert feed.feed(town.chen)[0].ground == f"rule:override.begun {held.pk}"
    town.quiet()
    clock.step(timedelta(days=21))
    assert {each.door: each.outcome for each in own.doors(town.chen)} == before
    assert overrides.end_old() == 1


def test_a_clerk_who_writes_the_exception_himself_is_found_and_it_does_nothing(town: Town) -> None:
    from zhima.city.disclosure import own

    clerk, second = operators()
    before = {each.door: each.outcome for each in own.doors(town.chen)}
    held = asked(clerk, outcome=Outcome.DEPOSIT, deposit_fen=100)
    overrides.agree(override_id=held.pk, by=second)
    town.quiet()
    by_hand("UPDATE oversight_override SET outcome = 'open', deposit_fen = NULL")
    assert reasons(list(audit())) == {("overrides", "not_as_signed")}
    assert {each.door: each.outcome for each in own.doors(town.chen)} == before


def test_every_way_to_refuse_an_exception(town: Town) -> None:
    clerk, second = operators()
    now = clock.now()

    def refused(step, *args: object, **words: object) -> Refusal:
        with pytest.raises(OverrideRefused) as caught:
            step(*args, **words)
        assert caught.value.sentence
        return caught.value.reason

    bad = {
        Refusal.PERSON_UNKNOWN: {"username": "nobody"},
        Refusal.DOOR_UNKNOWN: {"door_id": "moon"},
        Refusal.REASON_MISSING: {"reason": " "},
        Refusal.END_MISSING: {"until": None},
        Refusal.TOO_LONG: {"until": now + timedelta(days=200)},
        Refusal.DEPOSIT_MISSING: {"outcome": Outcome.DEPOSIT},
        Refusal.FOR_ONESELF: {"username": "clerk"},
    }
    assert {reason: refused(asked, clerk, **changes) for reason, changes in bad.items()} == {
        reason: reason for reason in bad
    }
    held = asked(clerk)
    met = {
        refused(asked, town.ana),
        refused(overrides.agree, override_id=town.ana.pk, by=second),
        refused(overrides.agree, override_id=held.pk, by=clerk),
    }
    overrides.agree(override_id=held.pk, by=second)
    met.add(refused(overrides.refuse, override_id=held.pk, by=second))
    another = asked(clerk)
    met.add(refused(overrides.agree, override_id=another.pk, by=second))
    assert met | set(bad) == set(Refusal) == set(overrides.SENTENCES)
