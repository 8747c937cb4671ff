"""Whatever is done to an obligation, money is conserved and no more is taken than authorised."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.agreements import Agreement, Terms, agreement
from tests.city_phones import give, sum_of_all
from zhima.city import clock
from zhima.city.ledger.audit import audit
from zhima.city.obligations.chores import pass_time
from zhima.city.obligations.models import Move, Obligation
from zhima.city.obligations.states import ENDED, MOVES, State
from zhima.city.wallet import books

DEPOSIT_FEN = 300
TERMS = Terms(
    door="",
    deposit_fen=DEPOSIT_FEN,
    grace_hours=1,
    claim_within_days=2,
    instalments=3,
    instalment_days=2,
    breach_after_days=3,
)
AMOUNTS = st.sampled_from([0, 1, 100, DEPOSIT_FEN - 1, DEPOSIT_FEN, DEPOSIT_FEN + 1, -1])
ACTS = st.one_of(
    st.sampled_from(
        [
            ("start", {"freeze": True}),
            ("start", {"freeze": False}),
            *((act, {}) for act in ("lapse", "hand_out", "give_back", "settle", "release")),
            *((act, {}) for act in ("mark_overdue", "breach", "repair", "pay")),
            *((act, {}) for act in ("appeal", "reject", "strike")),
        ]
    ),
    st.tuples(st.just("claim"), st.fixed_dictionaries({"amount_fen": AMOUNTS})),
    st.tuples(st.just("days"), st.sampled_from([0.2, 1, 2.5, 4, 9])),
    st.tuples(st.just("gift"), st.sampled_from([1, 100, 300])),
)
PURSES = st.sampled_from([0, 1, 99, DEPOSIT_FEN - 1, DEPOSIT_FEN, DEPOSIT_FEN + 1, 1000])


@pytest.mark.usefixtures("city")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fen=PURSES, waived=st.booleans(), acts=st.lists(ACTS, min_size=3, max_size=14))
def test_money_is_conserved_and_never_more_than_authorised(
    fen: int, waived: bool, acts: list[tuple[str, object]]
) -> None:
    # The ledger's time never runs back: each story begins where the last one ended.
    start = clock.now() + timedelta(days=400 * Obligation.objects.count())
    with clock.pretending(clock.microseconds(start)):
        made = agreement(fen=fen, waived=waived, terms=TERMS, due_in=timedelta(days=1))
    at, given_fen = start, fen
    for act, said in acts:
        if act == "days":
            at += timedelta(days=float(str(said)))
        with clock.pretending(clock.microseconds(at)):
            if act == "days":
                pass_time()
            elif act == "gift":
                give(books.purse(made.person.person), int(str(said)))
                given_fen += int(str(said))
            else:
                made.do(act, **dict(said))  # type: ignore[call-overload]
        look_at(made, given_fen)
    outlive(made, at, given_fen)


def look_at(made: Agreement, given_fen: int) -> None:
    """What holds at every moment."""
    obligation = made.obligation = Obligation.objects.get(pk=made.obligation.pk)
    taken_fen = obligation.collected_fen - obligation.given_back_fen
    assert made.shop_fen == taken_fen
    assert made.person.balance_fen + made.shop_fen == given_fen
    assert 0 <= taken_fen <= obligation.collected_fen <= DEPOSIT_FEN
    assert made.frozen_fen in (0, DEPOSIT_FEN)
    if obligation.state in ENDED:
        assert made.frozen_fen == 0
    moves = list(Move.objects.filter(obligation=obligation).order_by("seq"))
    for earlier, later in pairwise(moves):
        assert later.from_state == earlier.to_state
        stays = later.from_state == later.to_state
        assert stays or State(later.to_state) in MOVES[State(later.from_state)]
    assert sum_of_all() == 0


def outlive(made: Agreement, at: object, given_fen: int) -> None:
    """Given time enough, nobody's money stays frozen."""
    later = at + timedelta(days=60)  # type: ignore[operator]
    with clock.pretending(clock.microseconds(later)):
        for _ in range(4):
            pass_time()
        # Holds end by themselves when anything is written after their time.
        give(books.purse(made.person.person), 1)
    look_at(made, given_fen + 1)
    assert made.frozen_fen == 0


@pytest.mark.usefixtures("city")
def test_the_books_of_a_whole_life_are_audited() -> None:
    made = agreement(fen=500, waived=False, terms=TERMS, due_in=timedelta(days=1))
    for act, words in (
        ("start", {"freeze": True}),
        ("hand_out", {}),
        ("give_back", {}),
        ("claim", {"amount_fen": 120}),
    ):
        made.do(act, **words)
    assert not list(audit(books.store()).findings)
