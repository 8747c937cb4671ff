"""The deposit from quote to end: every legal move is possible, every other one refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.agreements import Agreement, Terms, agreement, later, new_key
from tests.city_phones import give, sum_of_all, take
from zhima.city import clock
from zhima.city.obligations import lifecycle
from zhima.city.obligations.chores import pass_time
from zhima.city.obligations.evidence import KINDS, said_by
from zhima.city.obligations.models import Instalment, Move, Obligation
from zhima.city.obligations.states import ENDED, MOVES, Act, State
from zhima.city.pay.shops import shop_account
from zhima.city.wallet import books
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")

SHORT = Terms(door="", deposit_fen=100_00, grace_hours=0, breach_after_days=0)
ACTS = {
    # every act and how it is asked for
    Act.START: lambda a: a.do("start", freeze=not a.obligation.waivable),
    Act.LAPSE: lambda a: a.do("lapse"),
    Act.HAND_OUT: lambda a: a.do("hand_out"),
    Act.GIVE_BACK: lambda a: a.do("give_back"),
    Act.SETTLE: lambda a: a.do("settle"),
    Act.RELEASE: lambda a: a.do("release"),
    Act.MARK_OVERDUE: lambda a: a.do("mark_overdue"),
    Act.BREACH: lambda a: a.do("breach"),
    Act.REPAIR: lambda a: a.do("repair"),
    Act.APPEAL: lambda a: a.do("appeal"),
    Act.REJECT: lambda a: a.do("reject"),
    Act.STRIKE: lambda a: a.do("strike"),
}
PATHS: dict[State, list[Act]] = {
    State.QUOTED: [],
    State.LAPSED: [Act.LAPSE],
    State.HELD: [Act.START],
    State.IN_USE: [Act.START, Act.HAND_OUT],
    State.RETURNED: [Act.START, Act.HAND_OUT, Act.GIVE_BACK],
    State.SETTLED: [Act.START, Act.HAND_OUT, Act.GIVE_BACK, Act.SETTLE],
    State.RELEASED: [Act.START, Act.RELEASE],
    State.OVERDUE: [Act.START, Act.HAND_OUT, Act.MARK_OVERDUE],
    State.BREACHED: [Act.START, Act.HAND_OUT, Act.MARK_OVERDUE, Act.BREACH],
    State.REPAIRED: [Act.START, Act.HAND_OUT, Act.MARK_OVERDUE, Act.BREACH, Act.REPAIR],
    State.APPEALED: [Act.START, Act.HAND_OUT, Act.MARK_OVERDUE, Act.BREACH, Act.APPEAL],
    State.STRUCK: [
        *(Act.START, Act.HAND_OUT, Act.MARK_OVERDUE, Act.BREACH, Act.APPEAL),
        Act.STRIKE,
    ],
}


def brought_to(state: State) -> Agreement:
    """An agreement whose time is over, led to a state by legal acts."""
    if state is State.OWED:
        return debt(due_in=timedelta(days=-1))
    waived = state is State.WAIVED
    made = agreement(fen=200_00, waived=waived, terms=SHORT)
    Obligation.objects.update(due_at=clock.moment(later(-1)))
    # A hold of the past would be refused; these agreements are young otherwise.
    for act in PATHS.get(state, [Act.START]):
        if act is Act.START:
            Obligation.objects.update(due_at=clock.moment(later(1)))
        assert ACTS[act](made) in set(State), act
        Obligation.objects.update(due_at=clock.moment(later(-1)))
    made.obligation.refresh_from_db()
    assert made.obligation.state == state
    return made


def debt(*, fen: int = 0, due_in: timedelta = timedelta(days=3)) -> Agreement:
    """A rent of 100.00."""
    made = agreement(fen=fen)
    made.obligation = lifecycle.owe(
        person=made.person.person,
        merchant=made.shop,
        app="flat",
        title=Text("A room · 2", "房间 · 2"),
        terms=SHORT,
        due_at=clock.now() + due_in,
        key=new_key(),
        why="rent",
    )
    return made


@pytest.mark.parametrize("state", State)
def test_every_pair_of_states_is_a_legal_move_or_refused(state: State) -> None:
    reached = set()
    for act, ask in ACTS.items():
        made = brought_to(state)
        came_to = ask(made)
        made.obligation.refresh_from_db()
        if came_to in set(State):
            assert MOVES[state][State(came_to)] is act
            reached.add(State(came_to))
        else:
            assert made.obligation.state == state
            assert Move.objects.filter(obligation=made.obligation).last().to_state == state
    # A repaired debt and a settled late one need a claim first; their own tests play them.
    without_debt = {State.SETTLED} if state in (State.OVERDUE, State.OWED) else set()
    waived = {State.WAIVED} if state is State.QUOTED else set()
    still_settling = {State.OVERDUE} if state is State.RETURNED else set()
    assert reached == set(MOVES[state]) - without_debt - waived - still_settling


def test_a_scratch_is_paid_from_the_deposit_and_the_rest_is_free() -> None:
    made = agreement(fen=3500_00)
    assert made.do("start", freeze=True) == State.HELD
    assert made.frozen_fen == 3000_00
    made.do("hand_out", condition="no scratch")
    made.do("give_back")
    assert made.do("claim", amount_fen=400_00, severity=1) == State.RELEASED
    assert (made.person.balance_fen, made.shop_fen, made.frozen_fen) == (3100_00, 400_00, 0)
    assert sum_of_all() == 0


def test_after_a_waived_deposit_damage_is_debited_from_the_purse() -> None:
    made = agreement(fen=500_00, waived=True)
    assert made.do("start", freeze=False) == State.WAIVED
    assert made.frozen_fen == 0
    made.do("hand_out")
    made.do("give_back")
    assert made.do("claim", amount_fen=400_00) == State.RELEASED
    assert (made.person.balance_fen, made.shop_fen) == (100_00, 400_00)


def in_debt() -> Agreement:
    made = agreement(fen=100_00, waived=True)
    for act in ("hand_out", "give_back"):
        if act == "hand_out":
            made.do("start", freeze=False)
        made.do(act)
    assert made.do("claim", amount_fen=400_01) == State.RETURNED
    return made


def test_a_purse_that_is_too_small_pays_in_instalments() -> None:
    made = in_debt()
    parts = list(made.obligation.instalments.order_by("number"))
    assert [part.amount_fen for part in parts] == [133_34, 133_34, 133_33]
    assert (made.person.balance_fen, made.shop_fen) == (100_00, 0)
    give(books.purse(made.person.person), 400_00)
    with clock.pretending(later(7.1)):
        assert pass_time() == 1
    assert made.shop_fen == 133_34
    with clock.pretending(later(22)):
        pass_time()
    made.obligation.refresh_from_db()
    assert (made.obligation.state, made.shop_fen) == (State.RELEASED, 400_01)
    assert pass_time() == 0


def test_a_debt_left_unpaid_becomes_overdue_then_a_breach_then_is_repaired_by_paying() -> None:
    made = in_debt()
    with clock.pretending(later(8.5)):
        pass_time()
        made.obligation.refresh_from_db()
        assert made.obligation.state == State.OVERDUE
    with clock.pretending(later(16)):
        pass_time()
        made.obligation.refresh_from_db()
        assert made.obligation.state == State.BREACHED
        assert made.do("repair") == "still_owed"
        assert made.do("pay", by="person:ana") == "not_enough"
        give(books.purse(made.person.person), 400_00)
        assert made.do("pay", by="person:ana") == State.REPAIRED
    assert (made.person.balance_fen, made.shop_fen) == (99_99, 400_01)


def test_an_upheld_appeal_gives_back_what_was_collected() -> None:
    made = in_debt()
    give(books.purse(made.person.person), 40_00)
    with clock.pretending(later(7.1)):
        pass_time()
    assert made.shop_fen == 133_34
    for days in (15.5, 30):
        with clock.pretending(later(days)):
            pass_time()
    assert made.do("appeal") == State.APPEALED
    assert made.do("pay", by="person:ana") == "not_now"
    assert made.do("strike") == State.STRUCK
    assert (made.person.balance_fen, made.shop_fen, sum_of_all()) == (140_00, 0, 0)


def repaired() -> Agreement:
    """A debt broken and then paid by hand, with 99.99 left in the purse."""
    made = in_debt()
    for days in (8.5, 16):
        with clock.pretending(later(days)):
            pass_time()
    give(books.purse(made.person.person), 400_00)
    with clock.pretending(later(17)):
        assert made.do("pay", by="person:ana") == State.REPAIRED
    return made


def test_an_appeal_upheld_after_the_debt_was_paid_gives_the_money_back() -> None:
    made = repaired()
    assert (made.person.balance_fen, made.shop_fen) == (99_99, 400_01)
    with clock.pretending(later(18)):
        assert made.do("strike") == State.STRUCK
        assert pass_time() == 0
    assert (made.person.balance_fen, made.shop_fen, sum_of_all()) == (500_00, 0, 0)
    assert (made.obligation.given_back_fen, made.obligation.due_back_fen) == (400_01, 0)
    given_back = made.obligation.moves.get(act=Act.REFUND)
    assert (given_back.amount_fen, given_back.to_state) == (400_01, State.STRUCK)


def test_an_owner_who_spent_the_money_gives_it_back_as_it_comes_in() -> None:
    made = repaired()
    take(shop_account(made.shop.pk), 200_01)
    with clock.pretending(later(18)):
        assert made.do("strike") == State.STRUCK
        # One of three parts is there; the second would need 66.68 more.
        assert (made.obligation.given_back_fen, made.shop_fen) == (133_34, 66_66)
        assert pass_time() == 0
        give(shop_account(made.shop.pk), 300_00)
        assert (pass_time(), pass_time()) == (1, 0)
    made.obligation.refresh_from_db()
    assert (made.obligation.due_back_fen, made.shop_fen) == (0, 99_99)
    assert made.person.balance_fen == 500_00
    assert [move.amount_fen for move in made.obligation.moves.filter(act=Act.REFUND)] == [
        133_34,
        266_67,
    ]


def test_a_thing_never_given_back_is_overdue_broken_and_paid_from_the_deposit() -> None:
    made = agreement(fen=3000_00)
    made.do("start", freeze=True)
    made.do("hand_out")
    with clock.pretending(later(4.5)):
        pass_time()
        assert made.do("mark_overdue") == "not_now"
    with clock.pretending(later(12)):
        pass_time()
        made.obligation.refresh_from_db()
        assert made.obligation.state == State.BREACHED
        assert made.do("claim", amount_fen=3000_00, reason="never seen again") == State.REPAIRED
    assert (made.person.balance_fen, made.shop_fen, made.frozen_fen) == (0, 3000_00, 0)


@pytest.mark.parametrize(
    ("amount_fen", "reason"),
    [(3000_01, "over_deposit"), (-1, "amount_negative")],
)
def test_no_more_than_agreed_is_ever_claimed(amount_fen: int, reason: str) -> None:
    made = agreement(fen=3000_00)
    made.do("start", freeze=True)
    made.do("hand_out")
    assert made.do("claim", amount_fen=1) == "not_now"
    made.do("give_back")
    assert made.do("claim", amount_fen=amount_fen) == reason
    assert made.do("pay", by="person:ana") == "nothing_owed"
    assert made.frozen_fen == 3000_00


def test_what_is_owed_is_said_once() -> None:
    made = in_debt()
    assert made.do("claim", amount_fen=1) == "claimed_before"


def test_a_deposit_that_the_purse_does_not_hold_is_not_frozen() -> None:
    made = agreement(fen=2999_99)
    assert made.do("start", freeze=True) == "not_enough"
    assert (made.obligation.state, made.frozen_fen) == (State.QUOTED, 0)
    assert made.do("start", freeze=False) == "consent_missing"


def test_the_same_key_does_an_act_once_and_no_other() -> None:
    made = agreement(fen=3000_00)
    assert made.do("start", freeze=True, key="k") == State.HELD
    assert made.do("start", freeze=True, key="k") == State.HELD
    assert made.do("hand_out", key="k") == "key_reused"
    assert Move.objects.count() == 2
    assert made.do("hand_out") == State.IN_USE


def test_an_unknown_obligation_has_a_name_too() -> None:
    made = agreement(fen=1)
    made.obligation.pk = "0" * 20
    assert made.do("release") == "obligation_unknown"


@pytest.mark.parametrize(
    ("acts", "days", "state"),
    [
        ((), 0.1, State.LAPSED),
        (("start",), 4.1, State.RELEASED),
        (("start", "hand_out", "give_back"), 3.1, State.RELEASED),
    ],
)
def test_time_ends_what_nobody_ends(acts: tuple[str, ...], days: float, state: State) -> None:
    made = agreement(fen=3000_00)
    for act in acts:
        made.do(act, **({"freeze": True} if act == "start" else {}))
    with clock.pretending(later(days)):
        pass_time()
        assert pass_time() == 0
    made.obligation.refresh_from_db()
    assert (made.obligation.state, made.frozen_fen) == (state, 0)


def test_history_is_append_only() -> None:
    made = agreement(fen=1)
    first = Move.objects.get(obligation=made.obligation)
    for change in (first.save, first.delete):
        with pytest.raises(TypeError):
            change()


def test_every_kind_of_evidence_is_said_by_some_move() -> None:
    said: set[str] = set()
    stories: list[Callable[[], object]] = [
        test_a_scratch_is_paid_from_the_deposit_and_the_rest_is_free,
        test_a_debt_left_unpaid_becomes_overdue_then_a_breach_then_is_repaired_by_paying,
    ]
    for story in stories:
        story()
    for move in Move.objects.select_related("obligation"):
        for event in said_by(move.obligation, move):
            said.add(event.kind)
            assert "small car" not in str(event.context), "goods by name are no evidence"
    assert said == set(KINDS)


def test_a_rent_is_debited_on_its_day_and_not_before() -> None:
    made = debt(fen=150_00)
    assert pass_time() == 0
    with clock.pretending(later(3.1)):
        pass_time()
        made.obligation.refresh_from_db()
    assert made.obligation.state == State.RELEASED
    assert (made.person.balance_fen, made.shop_fen) == (50_00, 100_00)


def test_a_rent_is_never_given_back_and_never_claimed() -> None:
    made = debt(due_in=timedelta(days=-1))
    assert made.do("claim", amount_fen=1) == "not_now"
    assert made.do("mark_overdue") == State.OVERDUE
    assert made.do("give_back") == "not_now"
    assert made.do("claim", amount_fen=1) == "claimed_before"


def test_the_same_rent_is_written_down_once() -> None:
    made = debt()
    words = {"app": "flat", "title": Text("A room · 2", "房间 · 2"), "terms": SHORT, "why": "rent"}
    again = lifecycle.owe(
        person=made.person.person,
        merchant=made.shop,
        due_at=made.obligation.due_at,
        key=made.obligation.quote_key,
        **words,
    )
    assert again.pk == made.obligation.pk
    assert Instalment.objects.filter(obligation=again).count() == 1


def test_nothing_but_an_upheld_appeal_leaves_an_ended_state() -> None:
    assert {State.RELEASED, State.REPAIRED, State.STRUCK, State.LAPSED} == ENDED
