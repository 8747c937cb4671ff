"""An owner, a person and what they agree on, for tests of obligations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from tests.city_phones import Phone, balance_of, resident
from zhima.city import clock
from zhima.city.obligations import lifecycle
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refused
from zhima.city.obligations.terms import Terms
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import open_shop, shop_account
from zhima.city.wallet import books
from zhima.engine.kinds import Text

_keys = count(1)
TERMS = Terms(door="", deposit_fen=3000_00, category="rental")


def new_key() -> str:
    """A wish that was never sent before."""
    return f"test-{next(_keys)}"


@dataclass
class Agreement:
    """One obligation and its two sides; every act answers its refusal, or the new state."""

    person: Phone
    shop: Merchant
    obligation: Obligation
    spent_fen: int = 0
    """What the owner had and has no more."""

    def do(self, act: str, **words: object) -> str:
        """Do something to it, with a key of its own unless one is given."""
        words.setdefault("key", new_key())
        if act not in ("start", "mark_overdue", "breach", "lapse"):
            words.setdefault("by", "shop:test")
        if act in ("appeal", "reject", "strike"):
            words.setdefault("why", "a test")
        if act == "claim":
            words.setdefault("reason", "a scratch")
        answer = getattr(lifecycle, act)(self.obligation.pk, **words)
        if isinstance(answer, Refused):
            return str(answer.reason)
        self.obligation = Obligation.objects.get(pk=self.obligation.pk)
        return str(self.obligation.state)

    @property
    def shop_fen(self) -> int:
        """What the owner has."""
        return balance_of(shop_account(self.shop.pk))

    @property
    def frozen_fen(self) -> int:
        """What is set aside in the person's purse."""
        return books.account(self.person.person).pending_debits_fen


def agreement(
    *, fen: int, waived: bool = False, terms: Terms = TERMS, due_in: timedelta = timedelta(days=3)
) -> Agreement:
    """A new quote for somebody who has `fen`."""
    person, owner = resident("Ana", fen=fen), resident("Owner")
    shop = open_shop(owner=owner.person, name="Car rental", city="Chengdu")
    quoted = lifecycle.quote(
        person=person.person,
        merchant=shop,
        app="car",
        title=Text("A small car", "小型车"),
        terms=terms,
        due_at=clock.now() + due_in,
        key=new_key(),
    )
    assert isinstance(quoted, Obligation)
    if waived:
        # The door's word; that it asks the score is played by the journeys.
        Obligation.objects.filter(pk=quoted.pk).update(waivable=True)
        quoted.refresh_from_db()
    return Agreement(person, shop, quoted)


def later(days: float) -> int:
    """So many days from now, as the clock counts."""
    moment: datetime = clock.now() + timedelta(days=days)
    return clock.microseconds(moment)
