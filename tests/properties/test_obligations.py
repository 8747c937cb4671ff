"""Whatever is done to an obligation, money is conserved and no more is taken than authorised."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.agreements import Agreement, Terms, agreement, new_key
from tests.city_phones import give, sum_of_all, take
from zhima.city import clock
from zhima.city.ledger.audit import audit
from zhima.city.obligations import lifecycle
from zhima.city.obligations.chores import pass_time
from zhima.city.obligations.models import Move, Obligation
from zhima.city.obligations.states import ENDED, MOVES, State
from zhima.city.pay.shops import shop_account
from zhima.city.wallet import books
from zhima.engine.kinds import Text

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
PURSES = st.sampled_from([0, 1, 99, DEPOSIT_FEN - 1, DEPOSIT_FEN, DEPOSIT_FEN + 1, 1000])
ACTS = ("lapse", "hand_out", "give_back", "settle", "release", "mark_overdue", "breach")
LATER_ACTS = ("repair", "pay", "appeal", "reject", "strike")
LIFE: tuple[tuple[str, dict[str, object]], ...] = (
    ("start", {}),
    ("hand_out", {}),
    ("give_back", {}),
    ("claim", {"amount_fen": DEPOSIT_FEN}),
    ("", {}),
    ("", {}),
    ("appeal", {}),
    ("strike", {}),
)
"""What a borrower without money does until an appeal is upheld; nine days pass at the gaps."""
seen: set[State] = set()
"""States in which some story stood."""


class Story(RuleBasedStateMachine):
    """One agreement, or one debt without anything lent; both sides and time do what they like."""

    @initialize(
        fen=PURSES, waived=st.booleans(), is_debt=st.booleans(), lived=st.integers(0, len(LIFE))
    )
    def begins(self, fen: int, waived: bool, is_debt: bool, lived: int) -> None:
        # The ledger's time never runs back: each story begins where the last one ended.
        self.at = clock.now() + timedelta(days=400 * Obligation.objects.count())
        self.given_fen = fen
        with clock.pretending(clock.microseconds(self.at)):
            self.made = agreement(fen=fen, waived=waived, terms=TERMS, due_in=timedelta(days=1))
            if is_debt:
                self.made.obligation = lifecycle.owe(
                    person=self.made.person.person,
                    merchant=self.made.shop,
                    app="flat",
                    title=Text("A room", "房间"),
                    terms=TERMS,
                    due_at=self.at + timedelta(days=1),
                    key=new_key(),
                    why="rent",
                )
        # Chance alone would seldom get far: a story begins anywhere in an unhappy life.
        for act, said in LIFE[:lived]:
            freeze = {"freeze": not waived} if act == "start" else {}
            self._does(act, **said, **freeze) if act else self.time_passes(9)
            self.money_is_conserved()

    @rule(data=st.data())
    def goes_on(self, data: st.DataObject) -> None:
        """Something that is legal where it stands."""
        legal = sorted({*MOVES[State(self.made.obligation.state)].values()})
        act = data.draw(st.sampled_from(legal)) if legal else "release"
        self._does(str(act), **({"freeze": data.draw(st.booleans())} if act == "start" else {}))

    @precondition(lambda self: hasattr(self, "made") and self.made.obligation.state == "breached")
    @rule()
    def makes_good(self) -> None:
        """Money comes, and what is owed is paid."""
        self.gets_money(DEPOSIT_FEN)
        self._does("pay")
        self._does("repair")

    @rule(act=st.sampled_from(ACTS))
    def act(self, act: str) -> None:
        self._does(act)

    @precondition(lambda self: hasattr(self, "made") and self.made.obligation.claimed_fen)
    @rule(act=st.sampled_from(LATER_ACTS))
    def acts_on_the_debt(self, act: str) -> None:
        self._does(act)

    @rule(amount_fen=AMOUNTS)
    def claims(self, amount_fen: int) -> None:
        self._does("claim", amount_fen=amount_fen)

    @rule(days=st.sampled_from([0.2, 1, 2.5, 4, 9]))
    def time_passes(self, days: float) -> None:
        self.at += timedelta(days=days)
        with clock.pretending(clock.microseconds(self.at)):
            pass_time()

    @rule(fen=st.sampled_from([1, 100, 300]))
    def gets_money(self, fen: int) -> None:
        with clock.pretending(clock.microseconds(self.at)):
            give(books.purse(self.made.person.person), fen)
        self.given_fen += fen

    @precondition(lambda self: hasattr(self, "made") and self.made.shop_fen)
    @rule(fen=st.sampled_from([1, 100, DEPOSIT_FEN]))
    def the_owner_spends(self, fen: int) -> None:
        """What the owner has is the owner's, until an upheld appeal asks for it."""
        fen = min(fen, self.made.shop_fen)
        with clock.pretending(clock.microseconds(self.at)):
            take(shop_account(self.made.shop.pk), fen)
        self.made.spent_fen += fen

    @invariant()
    def money_is_conserved(self) -> None:
        if hasattr(self, "made"):
            look_at(self.made, self.given_fen)
            seen.add(State(self.made.obligation.state))

    def teardown(self) -> None:
        """Given time enough, nobody's money stays frozen."""
        if hasattr(self, "made"):
            outlive(self.made, self.at, self.given_fen)

    def _does(self, act: str, **said: object) -> None:
        with clock.pretending(clock.microseconds(self.at)):
            self.made.do(act, **said)


@pytest.mark.usefixtures("city")
def test_money_is_conserved_and_never_more_than_authorised() -> None:
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=120, stateful_step_count=24, derandomize=True, deadline=None, database=None
        ),
    )
    assert {State.RELEASED, State.BREACHED, State.APPEALED} <= seen, "or the machine proves little"


HAPPY = ("start", "hand_out", "give_back", "settle", "release")
BROKEN = ("start", "hand_out", "give_back", "claim", "9 days", "9 days")
WALKS: tuple[tuple[int, bool, tuple[str, ...]], ...] = (
    (0, True, ("lapse",)),
    (DEPOSIT_FEN, False, HAPPY),
    (DEPOSIT_FEN, False, ("start", "hand_out", "give_back", "claim")),
    (0, True, ("start", "hand_out", "3 days")),
    (0, True, (*BROKEN, "money", "pay", "repair")),
    (0, True, (*BROKEN, "appeal", "reject")),
    (0, True, (*BROKEN, "appeal", "strike")),
    (0, True, (*BROKEN, "money", "pay", "spend", "strike", "9 days")),
    (0, False, ("owe", "9 days")),
)
"""A purse, whether the deposit is waived, and what happens."""


@pytest.mark.usefixtures("city")
def test_every_state_is_walked_through() -> None:
    walked: set[State] = set()
    for fen, waived, acts in WALKS:
        story = Story()
        story.begins(fen=fen, waived=waived, is_debt=acts[0] == "owe", lived=0)
        for act in ("", *acts):
            if act == "money":
                story.gets_money(DEPOSIT_FEN)
            elif act == "spend":
                story.the_owner_spends(DEPOSIT_FEN)
            elif act.endswith("days"):
                story.time_passes(float(act.split()[0]))
            elif act == "start":
                story._does(act, freeze=not waived)
            elif act not in ("", "owe"):
                story._does(act, **({"amount_fen": DEPOSIT_FEN} if act == "claim" else {}))
            story.money_is_conserved()
            walked.add(State(story.made.obligation.state))
        story.teardown()
    assert walked == set(State)


def look_at(made: Agreement, given_fen: int) -> None:
    """What holds at every moment."""
    obligation = made.obligation = Obligation.objects.get(pk=made.obligation.pk)
    taken_fen = obligation.collected_fen - obligation.given_back_fen
    assert made.shop_fen == taken_fen - made.spent_fen
    assert made.person.balance_fen + made.shop_fen + made.spent_fen == given_fen
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
