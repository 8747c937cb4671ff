"""Obligations and the ledger tell one story; whoever changes either by hand is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.conf import settings

from tests.agreements import TERMS, Agreement, agreement
from tests.city_phones import give, take
from tests.city_scores import consent, opt_in
from zhima.city import clock
from zhima.city.ledger import requests
from zhima.city.obligations import lifecycle, money
from zhima.city.obligations.chores import pass_time
from zhima.city.obligations.models import Instalment, Move, Obligation
from zhima.city.oversight import sources
from zhima.city.oversight.deposits import disagreements
from zhima.city.pay.shops import shop_account
from zhima.city.scoring.models import Event
from zhima.city.wallet import books
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")

FEN = 9000_00


def in_use(*, fen: int = FEN, waived: bool = False) -> Agreement:
    made = agreement(fen=fen, waived=waived)
    made.do("start", freeze=not waived)
    made.do("hand_out")
    return made


def claimed(amount_fen: int, **how: object) -> Agreement:
    made = in_use(**how)
    made.do("give_back")
    made.do("claim", amount_fen=amount_fen)
    return made


def found() -> set[tuple[str, str]]:
    return set(disagreements())


def rows(made: Agreement) -> object:
    return Obligation.objects.filter(pk=made.obligation.pk)


def by_hand(sql: str, *values: object) -> None:
    """What somebody with the ledger's file, or its password, can do."""
    if settings.LEDGER_URL.startswith("postgresql"):
        with psycopg.connect(settings.LEDGER_URL) as connection:
            connection.execute("ALTER TABLE ledger_entries DISABLE TRIGGER USER")
            assert connection.execute(sql.replace("?", "%s"), values).rowcount
        return
    with closing(sqlite3.connect(settings.LEDGER_URL.removeprefix("sqlite:///"))) as books_file:
        guards = books_file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (guard,) in guards.fetchall():
            books_file.execute(f"DROP TRIGGER {guard}")
        assert books_file.execute(sql, values).rowcount
        books_file.commit()


def test_every_end_in_order_is_clean() -> None:
    agreement(fen=FEN)
    agreement(fen=FEN).do("lapse")
    agreement(fen=FEN).do("start", freeze=True)
    in_use()
    assert claimed(0).obligation.state == "released"
    assert claimed(300_00).obligation.state == "released"
    assert claimed(300_00, waived=True).obligation.state == "released"
    owing = claimed(300_00, fen=100_00, waived=True)
    assert owing.obligation.owed_fen
    cancelled = agreement(fen=FEN)
    cancelled.do("start", freeze=True)
    assert cancelled.do("release") == "released"
    assert found() == set()


def test_what_was_struck_and_repaid_is_clean() -> None:
    for waived in (False, True):
        made = in_use(waived=waived)
        rows(made).update(due_at="2020-01-01T00:00:00Z")
        assert made.do("mark_overdue") == "overdue"
        made.do("claim", amount_fen=200_00)
        if made.obligation.state == "overdue":
            rows(made).update(overdue_at="2020-01-01T00:00:00Z")
            made.do("breach")
            made.do("appeal")
            assert made.do("strike") == "struck"
    assert found() == set()


def paid_at_last() -> Agreement:
    """A debt of three parts, consented to be told, that ran late, was broken and then paid."""
    made = agreement(fen=100_00, waived=True)
    opt_in(made.person.person)
    consent(made.person.person, app="car")
    for act, words in (
        ("start", {"freeze": False}),
        ("hand_out", {}),
        ("give_back", {}),
        ("claim", {"amount_fen": 300_00}),
    ):
        made.do(act, **words)
    for act in ("mark_overdue", "breach"):
        made.obligation.instalments.update(due_at="2020-01-01T00:00:00Z")
        rows(made).update(overdue_at="2020-01-01T00:00:00Z")
        made.do(act)
    give(books.purse(made.person.person), 200_00)
    assert made.do("pay") == "repaired"
    return made


def rent(*, fen: int) -> Agreement:
    made = agreement(fen=fen)
    made.obligation = lifecycle.owe(
        person=made.person.person,
        merchant=made.shop,
        app="flat",
        title=Text("A room", "房间"),
        terms=TERMS,
        due_at=clock.now(),
        key="rent-1",
        why="rent",
    )
    return made


def test_a_rent_is_in_order_before_and_after_it_is_paid() -> None:
    made = rent(fen=FEN)
    assert found() == set()
    assert made.do("pay") == "released"
    assert found() == set()


def test_what_was_said_while_money_was_owed_stays_true_once_it_is_paid() -> None:
    made = paid_at_last()
    told = Event.objects.filter(person_id=made.person.person.pk)
    owed = told.filter(kind__in=("obligation.overdue", "obligation.breached"))
    assert [event.amount_fen for event in owed] == [300_00, 300_00]
    assert (found(), list(sources.disagreements())) == (set(), [])
    Event.objects.filter(kind="obligation.breached").update(amount_fen=1)
    assert {reason for _, reason in sources.disagreements()} == {"not_as_move"}


def test_what_goes_back_after_an_appeal_is_held_against_the_ledger() -> None:
    made = paid_at_last()
    take(shop_account(made.shop.pk), 150_00)
    assert made.do("strike") == "struck"
    assert (made.obligation.given_back_fen, found()) == (100_00, set())
    give(shop_account(made.shop.pk), 150_00)
    assert pass_time() == 1
    made.obligation.refresh_from_db()
    assert (made.obligation.due_back_fen, found()) == (0, set())
    # As a process leaves it that died after the ledger had written: found in order, and said.
    rows(made).update(given_back_fen=200_00)
    assert (found(), pass_time(), pass_time(), found()) == (set(), 1, 0, set())
    assert made.person.balance_fen == 300_00
    rows(made).update(given_back_fen=200_01)
    assert "given_back_differs" in {reason for reason, _ in found()}


def change_the_amount(made: Agreement) -> None:
    rows(made).update(deposit_fen=made.obligation.deposit_fen + 1)


def change_what_was_collected(made: Agreement) -> None:
    rows(made).update(collected_fen=made.obligation.collected_fen + 1)


def change_the_state(made: Agreement) -> None:
    rows(made).update(state="released")


def write_a_move_too(made: Agreement) -> None:
    change_the_state(made)
    moved = {
        "at": made.obligation.changed_at,
        "act": "release",
        "by": "time",
        "why": "",
        "key": "x",
    }
    Move.objects.create(
        obligation=made.obligation, from_state="in_use", to_state="released", **moved
    )


def forget_the_hold(made: Agreement) -> None:
    rows(made).update(hold_id="")


def remove_the_hold(made: Agreement) -> None:
    by_hand("DELETE FROM ledger_entries WHERE id = ?", money.hold_id(made.obligation))


def settle_without_a_transfer(made: Agreement) -> None:
    Instalment.objects.filter(obligation=made.obligation).delete()
    Instalment.objects.create(
        obligation=made.obligation,
        number=1,
        amount_fen=300_00,
        due_at=made.obligation.due_at,
        paid_at=made.obligation.due_at,
    )
    rows(made).update(collected_fen=300_00)


def collect_without_an_instalment(made: Agreement) -> None:
    rows(made).update(collected_fen=made.obligation.claimed_fen)


def forgive_the_debt(made: Agreement) -> None:
    rows(made).update(state="released", claimed_fen=300_00, collected_fen=0)


def transfer_what_nobody_agreed(made: Agreement) -> None:
    books.write(_payment(made, money.payment_id(made.obligation, 7)))


def transfer_for_no_obligation(made: Agreement) -> None:
    books.write(_payment(made, "obligation:nobody:pay:1"))


def pay_somebody_else(made: Agreement) -> None:
    by_hand(
        "UPDATE ledger_entries SET credit_id = 'shop:other' WHERE id = ?",
        money.hold_id(made.obligation),
    )


def _payment(made: Agreement, transfer_id: str) -> object:
    return requests.pay(
        transfer_id=transfer_id,
        payer=books.purse(made.person.person),
        payee=shop_account(made.shop.pk),
        amount_fen=100,
    )


def owing() -> Agreement:
    return claimed(300_00, fen=100_00, waived=True)


TAMPERINGS = {
    change_the_amount: (in_use, {"amount_differs"}),
    change_what_was_collected: (lambda: claimed(300_00), {"amount_differs", "owed_when_ended"}),
    change_the_state: (in_use, {"state_differs", "hold_left_open"}),
    write_a_move_too: (in_use, {"illegal_move", "hold_left_open"}),
    forget_the_hold: (in_use, {"hold_unnamed", "not_agreed"}),
    remove_the_hold: (in_use, {"no_such_transfer"}),
    settle_without_a_transfer: (owing, {"no_such_transfer"}),
    collect_without_an_instalment: (owing, {"collected_differs"}),
    forgive_the_debt: (owing, {"state_differs", "owed_when_ended"}),
    transfer_what_nobody_agreed: (in_use, {"not_agreed"}),
    transfer_for_no_obligation: (in_use, {"no_such_obligation"}),
    pay_somebody_else: (in_use, {"parties_differ"}),
}


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda each: each.__name__)
def test_a_change_by_hand_is_found_and_named(tamper) -> None:
    make, expected = TAMPERINGS[tamper]
    made, other = make(), in_use()
    assert found() == set()
    tamper(made)
    reasons = found()
    assert {reason for reason, _ in reasons} == expected
    assert not any(other.obligation.pk in key for _, key in reasons)
