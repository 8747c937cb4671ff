"""The life of an obligation: what each side may do, each act once, each with who and why.

Every function answers with the obligation as it then stands, or with `Refused` and a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from zhima.city.clock import now
from zhima.city.disclosure.reading import Reader
from zhima.city.doors.deposits import deposit
from zhima.city.ledger.model import Outcome
from zhima.city.obligations import money
from zhima.city.obligations.debts import collect, end_if_paid, pay_back
from zhima.city.obligations.models import Instalment, Obligation
from zhima.city.obligations.outcomes import Refusal, Refused
from zhima.city.obligations.states import CLAIMABLE, PAYABLE, Act, State
from zhima.city.obligations.steps import (
    TIME,
    Answer,
    Wish,
    act_on,
    move,
    note,
    simply,
)
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.engine.kinds import Text


def quote(
    *,
    person: Person,
    merchant: Merchant,
    app: str,
    title: Text,
    terms: Terms,
    due_at: datetime,
    key: str,
    booking_id: str = "",
) -> Answer:
    """Ask the door once, and keep its answer as an offer: waived, or frozen for how much.

    `key` is the caller's own for this wish: asked again it gives the same obligation.
    """
    known = Obligation.objects.filter(person=person, merchant=merchant, quote_key=key).first()
    if known is not None:
        return known
    at = now()
    offered = deposit(
        operator=Reader("app", app, merchant.name_en, merchant.name_zh),
        person=person,
        door_id=terms.door,
        amount_fen=terms.deposit_fen,
    )
    obligation = Obligation(
        person=person,
        merchant=merchant,
        app=app,
        booking_id=booking_id,
        title=title.en[:80],
        title_zh=title.zh[:80],
        terms_kept=terms.kept(),
        state=State.QUOTED,
        waivable=offered.waived,
        deposit_fen=offered.deposit_fen,
        decision=offered.kept(),
        due_at=due_at,
        opened_at=at,
        changed_at=at,
        quote_key=key,
    )
    return _write_once(obligation, Wish(Act.QUOTE, f"person:{person.pk.hex}", key))


def owe(
    *,
    person: Person,
    merchant: Merchant,
    app: str,
    title: Text,
    terms: Terms,
    due_at: datetime,
    key: str,
    why: str,
    booking_id: str = "",
) -> Obligation:
    """Write down what falls due without anything lent: a rent, a fare. `terms` say how much.

    It is debited on its day, may be paid before, and runs late like any other debt. `key` is the
    caller's own: asked again it gives the same obligation.
    """
    at, amount_fen = now(), terms.deposit_fen
    debt = Obligation(
        person=person,
        merchant=merchant,
        app=app,
        booking_id=booking_id,
        is_lent=False,
        title=title.en[:80],
        title_zh=title.zh[:80],
        terms_kept=terms.kept(),
        state=State.OWED,
        deposit_fen=amount_fen,
        claimed_fen=amount_fen,
        due_at=due_at,
        opened_at=at,
        changed_at=at,
        quote_key=key,
    )
    wish = Wish(Act.OWE, f"shop:{merchant.pk.hex}", key, why, amount_fen)
    return _write_once(debt, wish, [Instalment(number=1, amount_fen=amount_fen, due_at=due_at)])


def _write_once(obligation: Obligation, wish: Wish, parts: Sequence[Instalment] = ()) -> Obligation:
    """The new obligation with its instalments, or the one that was written under the same key."""
    try:
        with transaction.atomic():
            obligation.save(force_insert=True)
            obligation.instalments.add(*parts, bulk=False)
            note(obligation, wish)
    except IntegrityError:
        return Obligation.objects.get(
            person=obligation.person, merchant=obligation.merchant, quote_key=wish.key
        )
    return obligation


def start(obligation_id: str, *, freeze: bool, key: str) -> Answer:
    """The person takes the offer: with the deposit waived, or with it frozen (`freeze`)."""

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        if obligation.state != State.QUOTED:
            return Refused(Refusal.NOT_NOW)
        if not freeze:
            if not obligation.waivable:
                return Refused(Refusal.CONSENT_MISSING)
            move(obligation, State.WAIVED, wish)
            return None
        refused = money.freeze(obligation)
        if refused is None:
            obligation.hold_id = money.hold_id(obligation)
            move(obligation, State.HELD, wish)
        return refused

    return act_on(obligation_id, Wish(Act.START, TIME, key, "taken up"), work)


def lapse(obligation_id: str, *, key: str, by: str = TIME, why: str = "not taken up") -> Answer:
    """An offer that nobody takes up ends."""
    return act_on(obligation_id, Wish(Act.LAPSE, by, key, why), simply(money.free))


def hand_out(obligation_id: str, *, by: str, key: str, condition: str = "") -> Answer:
    """The thing is in the person's hands; `condition` says how it was."""

    def keep_condition(obligation: Obligation) -> None:
        obligation.condition = condition[:200]

    wish = Wish(Act.HAND_OUT, by, key, condition)
    return act_on(obligation_id, wish, simply(keep_condition))


def give_back(obligation_id: str, *, by: str, key: str, why: str = "") -> Answer:
    """The owner has it again; what is owed, if anything, is said by `claim`."""

    def keep_time(obligation: Obligation) -> Refused | None:
        if not obligation.is_lent:
            return Refused(Refusal.NOT_NOW)
        obligation.returned_at = now()
        return None

    return act_on(obligation_id, Wish(Act.GIVE_BACK, by, key, why), simply(keep_time))


def claim(
    obligation_id: str, *, amount_fen: int, reason: str, severity: int = 0, by: str, key: str
) -> Answer:
    """The owner says, once, what is owed: nothing, or at most the deposit, and why.

    A frozen deposit pays at once and its rest is free. After a waived one the purse is debited;
    when it does not hold enough, the debt is split into the instalments of the terms.
    """

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        fault = _claim_fault(obligation, amount_fen)
        if fault is not None:
            return Refused(fault)
        obligation.claimed_fen = amount_fen
        obligation.claim_reason, obligation.severity = reason[:200], severity
        refused = collect(obligation)
        if refused is not None:
            return refused
        note(obligation, wish)
        end_if_paid(obligation, wish)
        return None

    return act_on(obligation_id, Wish(Act.CLAIM, by, key, reason, amount_fen), work)


def pay(obligation_id: str, *, by: str, key: str) -> Answer:
    """The person pays all that is still owed, before its time or after."""

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        if obligation.state not in PAYABLE:
            return Refused(Refusal.NOT_NOW)
        if not obligation.owed_fen:
            return Refused(Refusal.NOTHING_OWED)
        parts = list(obligation.instalments.filter(paid_at=None).order_by("number"))
        refused = money.debit(obligation, parts)
        if refused is not None:
            return refused
        obligation.instalments.filter(paid_at=None).update(paid_at=now())
        obligation.collected_fen = obligation.claimed_fen
        note(obligation, wish)
        end_if_paid(obligation, wish)
        return None

    return act_on(obligation_id, Wish(Act.PAY, by, key, "paid"), work)


def settle(obligation_id: str, *, by: str, key: str, why: str = "all in order") -> Answer:
    """Nothing is owed any more: the obligation was met."""

    def paid(obligation: Obligation) -> Refused | None:
        returned = obligation.state == State.RETURNED or obligation.claimed_fen is not None
        if obligation.owed_fen or not returned:
            return Refused(Refusal.STILL_OWED)
        return None

    return act_on(obligation_id, Wish(Act.SETTLE, by, key, why), simply(paid))


def release(obligation_id: str, *, by: str, key: str, why: str = "") -> Answer:
    """The end in order: after settling, or before anything was handed out."""
    return act_on(obligation_id, Wish(Act.RELEASE, by, key, why), simply(money.free))


def mark_overdue(obligation_id: str, *, by: str = TIME, key: str) -> Answer:
    """What was due did not come: the thing, or an instalment."""

    def late(obligation: Obligation) -> Refused | None:
        at, grace = now(), obligation.terms.grace
        if obligation.state == State.IN_USE:
            is_late = at > obligation.due_at + grace
        else:
            unpaid = obligation.instalments.filter(paid_at=None, due_at__lt=at - grace)
            is_late = unpaid.exists()
        if not is_late:
            return Refused(Refusal.NOT_DUE)
        obligation.overdue_at = at
        return None

    return act_on(obligation_id, Wish(Act.MARK_OVERDUE, by, key, "not in time"), simply(late))


def breach(obligation_id: str, *, by: str = TIME, key: str) -> Answer:
    """Overdue for so long that the agreement counts as broken."""

    def long_overdue(obligation: Obligation) -> Refused | None:
        at = now()
        days = (at - obligation.overdue_at).days if obligation.overdue_at else 0
        if days < obligation.terms.breach_after_days:
            return Refused(Refusal.NOT_DUE)
        obligation.breached_at = at
        return None

    wish = Wish(Act.BREACH, by, key, "overdue too long")
    return act_on(obligation_id, wish, simply(long_overdue))


def repair(obligation_id: str, *, by: str, key: str, why: str = "made good") -> Answer:
    """A broken agreement was made good: nothing is owed, and the owner says so."""

    def nothing_owed(obligation: Obligation) -> Refused | None:
        return Refused(Refusal.STILL_OWED) if obligation.owed_fen else money.free(obligation)

    return act_on(obligation_id, Wish(Act.REPAIR, by, key, why), simply(nothing_owed))


def appeal(obligation_id: str, *, by: str, key: str, why: str) -> Answer:
    """The person contests the breach; nothing more happens until somebody has decided."""
    return act_on(obligation_id, Wish(Act.APPEAL, by, key, why), simply())


def reject(obligation_id: str, *, by: str, key: str, why: str) -> Answer:
    """The appeal was heard and the breach stands."""
    return act_on(obligation_id, Wish(Act.REJECT, by, key, why), simply())


def strike(obligation_id: str, *, by: str, key: str, why: str) -> Answer:
    """The appeal was upheld, before the debt was paid or after: the breach counts no more.

    What was collected goes back out of the owner's account, now or as soon as that holds it.
    """

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        refused = simply(money.free)(obligation, wish)
        if refused is None:
            pay_back(obligation, wish)
        return refused

    return act_on(obligation_id, Wish(Act.STRIKE, by, key, why), work)


def refund(obligation_id: str, *, key: str) -> Answer:
    """Ask the owner's account again for what a struck agreement has still to give back."""

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        if not obligation.due_back_fen:
            return Refused(Refusal.NOTHING_OWED)
        return None if pay_back(obligation, wish) else Refused(Outcome.NOT_ENOUGH)

    return act_on(obligation_id, Wish(Act.REFUND, TIME, key), work)


def finish(obligation_id: str, *, by: str, key: str) -> Answer:
    """Nothing was found wrong: settle, and release what was frozen."""
    return claim(obligation_id, amount_fen=0, reason="", by=by, key=key)


def _claim_fault(obligation: Obligation, amount_fen: int) -> Refusal | None:
    if obligation.state not in CLAIMABLE:
        return Refusal.NOT_NOW
    if obligation.claimed_fen is not None:
        return Refusal.CLAIMED_BEFORE
    if amount_fen < 0:
        return Refusal.AMOUNT_NEGATIVE
    return Refusal.OVER_DEPOSIT if amount_fen > obligation.deposit_fen else None
