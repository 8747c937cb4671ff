"""Outcomes: every one is produced, in their order of precedence, and applying is pure."""

from __future__ import annotations

import copy
from types import MappingProxyType

import pytest

from tests.ledger_cases import outcomes_told
from zhima.city.ledger.apply import apply_batch
from zhima.city.ledger.model import (
    MAX_AMOUNT_FEN,
    MAX_TOTAL_FEN,
    Account,
    Entry,
    Outcome,
    Sequel,
    State,
    Transfer,
)
from zhima.city.ledger.requests import capture, capture_part, hold, pay, refund, release

RICH = Account("ana", "ana", posted_credits_fen=1_000)
FULL = Account("full", "full", posted_credits_fen=MAX_TOTAL_FEN - 5)
ACCOUNTS = {
    "ana": RICH,
    "stall": Account("stall", "stall"),
    "shut": Account("shut", "shut", closed=True),
    "cold": Account("cold", "cold", frozen=True),
    "shut and cold": Account("shut and cold", "x", closed=True, frozen=True),
    "abroad": Account("abroad", "abroad", "EUR", closed=True),
    "full": FULL,
}
LUNCH = pay(transfer_id="lunch", payer="ana", payee="stall", amount_fen=10)


def one(transfer: Transfer) -> Outcome:
    (outcome,) = apply_batch(State(100, 0, ACCOUNTS, {}, {}), [transfer]).outcomes
    return outcome


MALFORMED = [
    (LUNCH._replace(kind="gift"), Outcome.UNKNOWN_KIND),
    (LUNCH._replace(id=""), Outcome.ID_MALFORMED),
    (LUNCH._replace(id="x" * 65), Outcome.ID_MALFORMED),
    (LUNCH._replace(id="a\nb"), Outcome.ID_MALFORMED),
    (LUNCH._replace(id="\ud800"), Outcome.ID_MALFORMED),
    (LUNCH._replace(id=7), Outcome.ID_MALFORMED),
    (LUNCH._replace(id="expiry:bike"), Outcome.ID_MALFORMED),
    (LUNCH._replace(memo="x" * 2001), Outcome.TEXT_MALFORMED),
    (LUNCH._replace(memo="\ud800"), Outcome.TEXT_MALFORMED),
    (LUNCH._replace(meta="\x00"), Outcome.TEXT_MALFORMED),
    (LUNCH._replace(meta={"order": 1}), Outcome.TEXT_MALFORMED),
    (LUNCH._replace(amount_fen=10.0), Outcome.AMOUNT_NOT_WHOLE_FEN),
    (LUNCH._replace(amount_fen="10"), Outcome.AMOUNT_NOT_WHOLE_FEN),
    (LUNCH._replace(amount_fen=True), Outcome.AMOUNT_NOT_WHOLE_FEN),
    (LUNCH._replace(amount_fen=float("nan")), Outcome.AMOUNT_NOT_WHOLE_FEN),
    (LUNCH._replace(amount_fen=0), Outcome.AMOUNT_NOT_POSITIVE),
    (LUNCH._replace(amount_fen=-(2**70)), Outcome.AMOUNT_NOT_POSITIVE),
    (LUNCH._replace(amount_fen=MAX_AMOUNT_FEN + 1), Outcome.AMOUNT_TOO_LARGE),
    (LUNCH._replace(refers_to="bike"), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (LUNCH._replace(expires_at_us=200), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (LUNCH._replace(kind="hold", expires_at_us=-1), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (LUNCH._replace(kind="hold", expires_at_us=1.5), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (LUNCH._replace(kind="capture"), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (Transfer("x", "refund", 5), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (Transfer("x", "release", 5, refers_to="bike"), Outcome.FIELDS_DO_NOT_FIT_KIND),
    (LUNCH._replace(linked=True), Outcome.LINKED_UNFINISHED),
    (LUNCH._replace(credit_id="full"), Outcome.TOTAL_TOO_LARGE),
    (LUNCH._replace(debit_id="\ud800"), Outcome.UNKNOWN_ACCOUNT),
    (Transfer("x", "refund", 5, refers_to="\ud800"), Outcome.UNKNOWN_REFERENCE),
]


@pytest.mark.parametrize(("transfer", "outcome"), MALFORMED, ids=lambda value: repr(value)[:60])
def test_malformed_transfers_have_a_name(transfer: Transfer, outcome: Outcome) -> None:
    assert one(transfer) is outcome


def test_every_outcome_is_produced_somewhere() -> None:
    shown = outcomes_told() | {outcome.value for _, outcome in MALFORMED}
    assert shown == {outcome.value for outcome in Outcome}


HOLD = Entry(1, "bike", "hold", 10, "ana", "cold", "", 0, 0, "", "", 1, 0, 0)
ENDED = Sequel(Outcome.HOLD_CAPTURED)
PRECEDENCE = [
    # Each transfer deserves several refusals, which are listed in their order.
    (LUNCH._replace(kind="gift", id=""), "unknown_kind id_malformed"),
    (LUNCH._replace(id="", memo="\x00"), "id_malformed text_malformed"),
    (LUNCH._replace(memo="\x00", amount_fen=0.5), "text_malformed amount_not_whole_fen"),
    (LUNCH._replace(amount_fen=0, refers_to="x"), "amount_not_positive fields_do_not_fit_kind"),
    (LUNCH._replace(refers_to="x", credit_id="ana"), "fields_do_not_fit_kind same_account"),
    (
        hold(transfer_id="x", payer="ana", payee="ana", amount_fen=5, expires_at_us=100),
        "expiry_passed same_account",
    ),
    (LUNCH._replace(debit_id="nobody", credit_id="nobody"), "same_account unknown_account"),
    (LUNCH._replace(debit_id="nobody", credit_id="shut"), "unknown_account account_closed"),
    (LUNCH._replace(credit_id="abroad"), "currency_differs account_closed"),
    (LUNCH._replace(credit_id="shut and cold"), "account_closed account_frozen"),
    (LUNCH._replace(credit_id="cold", amount_fen=5_000), "account_frozen not_enough"),
    (LUNCH._replace(credit_id="full", amount_fen=5_000), "total_too_large not_enough"),
    (capture(transfer_id="bike", hold_id="bike", amount_fen=99), "id_reused_with_other_kind"),
    (capture(transfer_id="x", hold_id="bike", amount_fen=99), "account_frozen capture_over_hold"),
    (capture(transfer_id="x", hold_id="done", amount_fen=99), "hold_captured account_frozen"),
]


@pytest.mark.parametrize(("transfer", "refusals"), PRECEDENCE, ids=lambda value: str(value)[:60])
def test_the_first_refusal_of_the_list_is_given(transfer: Transfer, refusals: str) -> None:
    entries = {"bike": HOLD, "done": HOLD._replace(id="done")}
    state = State(100, 5, ACCOUNTS, entries, {"done": ENDED})
    assert apply_batch(state, [transfer]).outcomes == [refusals.split()[0]]
    order = list(Outcome)
    positions = [order.index(Outcome(word)) for word in refusals.split()]
    assert positions == sorted(positions)


def test_applying_changes_nothing_it_was_given() -> None:
    accounts = MappingProxyType(dict(ACCOUNTS))
    state = State(100, 5, accounts, {"bike": HOLD}, {}, (HOLD._replace(expires_at_us=100),))
    kept = copy.deepcopy((dict(accounts), state.entries, state.sequels, state.due))
    asks = [LUNCH, release(transfer_id="r", hold_id="bike"), LUNCH._replace(id="2")]
    first, second = apply_batch(state, asks), apply_batch(state, asks)
    assert first == second
    assert (dict(accounts), state.entries, state.sequels, state.due) == kept


def test_a_later_transfer_sees_an_earlier_one() -> None:
    state = State(100, 0, ACCOUNTS, {}, {})
    asks = [
        LUNCH,
        refund(transfer_id="back", payment_id="lunch", amount_fen=10),
        refund(transfer_id="more", payment_id="lunch", amount_fen=1),
        LUNCH,
    ]
    expected = ["paid", "refunded", "refund_over_paid", "already_paid"]
    assert apply_batch(state, asks).outcomes == expected


def test_entries_are_numbered_and_chained() -> None:
    state = State(100, 41, {**ACCOUNTS, "ana": RICH._replace(last_seq=17)}, {}, {})
    batch = apply_batch(state, [LUNCH, LUNCH._replace(amount_fen=9_999), LUNCH._replace(id="2")])
    places = [(entry.seq, entry.debit_prior, entry.credit_prior) for entry in batch.entries]
    assert places == [(42, 17, 0), (43, 42, 42)]
    assert {account.id: account.last_seq for account in batch.accounts} == {"ana": 43, "stall": 43}


def test_capturing_all_of_a_hold_leaves_no_rest() -> None:
    whole = capture_part(transfer_id="c", hold=HOLD, amount_fen=10, rest_id="rest")
    assert [ask.kind for ask in whole] == ["capture"]
    part = capture_part(transfer_id="c", hold=HOLD, amount_fen=4, rest_id="rest")
    assert [(ask.kind, ask.amount_fen, ask.linked) for ask in part] == [
        ("capture", 4, True),
        ("hold", 6, False),
    ]
