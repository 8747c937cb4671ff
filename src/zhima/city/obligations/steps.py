"""One act on one obligation: under a lock, once for each key, told to whoever must know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from zhima.city.clock import now
from zhima.city.obligations.models import Move, Obligation
from zhima.city.obligations.outcomes import Refusal, Refused
from zhima.city.obligations.states import MOVES, Act, State, target
from zhima.city.obligations.telling import tell

TIME = "time"
SAY_WHAT_IS_OWED = (Act.MARK_OVERDUE, Act.BREACH)
"""Moves that keep what was owed at that moment: what was said then stays true once it is paid."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done, and the key under which it is done once."""

    act: Act
    by: str
    """`person:<id>`, `shop:<id>` or `time`."""
    key: str
    why: str = ""
    amount_fen: int | None = None


Answer = Obligation | Refused
Work = Callable[[Obligation, Wish], Refused | None]


def act_on(obligation_id: str, wish: Wish, work: Work) -> Answer:
    """Do `work` on the obligation as it stands now, unless this wish was done before.

    The row stays locked while money moves (docs/decisions/0077).
    """
    with transaction.atomic():
        locked = Obligation.objects.select_for_update(of=("self",))
        obligation = locked.select_related("person", "merchant").filter(pk=obligation_id).first()
        if obligation is None:
            return Refused(Refusal.UNKNOWN)
        done = Move.objects.filter(obligation=obligation, key=wish.key).first()
        if done is not None:
            return obligation if _is_same(done, wish) else Refused(Refusal.KEY_REUSED)
        refused = work(obligation, wish)
        if refused is not None:
            transaction.set_rollback(True)
        return refused or obligation


def simply(effect: Callable[[Obligation], Refused | None] = lambda _: None) -> Work:
    """The work of an act that has one target: check, do the effect, move."""

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        to = target(State(obligation.state), wish.act)
        if to is None:
            return Refused(Refusal.NOT_NOW)
        refused = effect(obligation)
        if refused is None:
            move(obligation, to, wish)
        return refused

    return work


def move(obligation: Obligation, to: State, wish: Wish) -> Move:
    """Write a legal move; an illegal one is our own mistake."""
    before = State(obligation.state)
    if MOVES[before].get(to) is not wish.act:
        raise ValueError(f"{wish.act} does not lead from {before} to {to}")
    obligation.state = to
    return note(obligation, wish, before=before)


def note(obligation: Obligation, wish: Wish, *, before: State | None = None) -> Move:
    """Write down what was done, whether or not the state changed."""
    at = now()
    obligation.changed_at = at
    obligation.save()
    written = Move.objects.create(
        obligation=obligation,
        at=at,
        act=wish.act,
        from_state=before or obligation.state,
        to_state=obligation.state,
        by=wish.by,
        why=wish.why[:200],
        amount_fen=_amount_fen(obligation, wish),
        key=wish.key,
    )
    tell(obligation, written)
    return written


def follow_up(wish: Wish, act: Act, why: str, amount_fen: int | None = None) -> Wish:
    """The wish for a move that follows by itself from another."""
    return Wish(act, TIME, f"{wish.key[:52]}+{act}", why, amount_fen)


def _is_same(done: Move, wish: Wish) -> bool:
    if done.act in SAY_WHAT_IS_OWED:
        return done.act == wish.act
    return (done.act, done.amount_fen) == (wish.act, wish.amount_fen)


def _amount_fen(obligation: Obligation, wish: Wish) -> int | None:
    return obligation.owed_fen or None if wish.act in SAY_WHAT_IS_OWED else wish.amount_fen
