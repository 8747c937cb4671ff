"""Life as habits have it, put into the city's books and told to the scorer's evidence.

Money moves in the real ledger and becomes evidence from its outbox; what is not money is reported
by the app it would come from. Ids follow from who did what when, so that living the same stretch
twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from zhima.city.clock import microseconds
from zhima.city.ledger import requests
from zhima.city.ledger.apply import apply_batch, needs
from zhima.city.ledger.model import Transfer
from zhima.city.ledger.stores.session import Session
from zhima.city.scoring import evidence, money
from zhima.city.scoring.evidence import NewEvent
from zhima.city.wallet import books
from zhima.lab.habits import NOBODY, Act, Habits, lived

BILLS_APP, TOOLS_APP, TABLES_APP, PEOPLE_APP = "bills", "tools", "restaurant", "people"
LIVED = "life:"
"""How the ids begin of whatever habits brought."""
ROUND_FEN = 100_00
"""What comes in from the bank and goes back to it is a multiple of this."""

_APPS = {"bill": (BILLS_APP, "bills"), "item": (TOOLS_APP, "agreements")}
_TABLES = (TABLES_APP, "agreements")


@dataclass(frozen=True, slots=True)
class Pocket:
    """How much somebody likes to have in the purse, in fen: the rest is at the bank."""

    low: int = 200_00
    """A payment that would leave less is preceded by a top-up."""
    top_up: int = 3_000_00
    """What is brought in at a time, as often as it takes."""
    high: int = 8_000_00
    """With more than that after payday, of the wage goes out what is not kept."""
    kept: int = 2_000_00

    def brought(self, *, has: int, pays: int) -> int:
        """What has to come in before a payment."""
        short = self.low + pays - has
        return -(-short // self.top_up) * self.top_up if short > 0 else 0

    def taken_out(self, *, has: int, wage: int) -> int:
        """What goes out after a wage came in: never what was there before it."""
        more = min(has - self.kept, wage) if has > self.high else 0
        return more // ROUND_FEN * ROUND_FEN


@dataclass(frozen=True, slots=True)
class Someone:
    """A resident as life knows one."""

    id: UUID
    purse: str
    habits: Habits
    contacts: tuple[str, ...] = ()
    """Purses of those whom money may be sent."""
    pocket: Pocket = Pocket()


@dataclass(frozen=True, slots=True)
class Town:
    """Who lives here, and where they pay."""

    people: Sequence[Someone]
    shops: Sequence[str]
    """Ledger accounts."""
    billers: dict[str, str]
    """Category of a bill -> ledger account."""
    employer: str
    seed: int

    def acts(self, *, since: datetime, before: datetime) -> list[Act]:
        """What habits bring in a stretch of time."""
        habits = [each.habits for each in self.people]
        return lived(habits, since=since, before=before, shops=len(self.shops), seed=self.seed)


def live(town: Town, acts: Sequence[Act]) -> int:
    """Let these acts happen, in order of time; how many there were."""
    _move_money(town, acts)
    evidence.report(list(_told(town, acts)))
    while money.take_in():
        pass
    return len(acts)


def _move_money(town: Town, acts: Sequence[Act]) -> None:
    moving = [act for act in acts if act.amount_fen]
    if not moving:
        return
    with books.store().transaction() as session:
        purses = _Purses(town, session, moving)
        for _, together in groupby(moving, key=lambda act: act.at.replace(minute=0, second=0)):
            hour = list(together)
            _post(session, [each for act in hour for each in purses.pay(act)], hour[0].at)


def _post(session: Session, transfers: Sequence[Transfer], at: datetime) -> None:
    batch = apply_batch(session.state(needs(transfers), microseconds(at)), transfers)
    if batch.entries:
        session.append(batch)


class _Purses:
    """Transfers for acts, with money brought in before it is needed."""

    def __init__(self, town: Town, session: Session, acts: Iterable[Act]) -> None:
        self._town = town
        purses = {town.people[act.person].purse for act in acts}
        known = session.accounts(sorted(purses))
        self._fen = {name: account.available_fen for name, account in known.items()}

    def pay(self, act: Act) -> Iterator[Transfer]:
        """The transfers of one act, those that bring its money first."""
        person = self._town.people[act.person]
        key = f"{LIVED}{person.id.hex[:12]}:{microseconds(act.at)}:{act.kind[:9]}"
        if act.kind == "income.received":
            yield from self._wage(person, act, key)
            return
        payee = self._payee(person, act)
        if payee is None or payee == person.purse:
            return
        has_fen = self._fen.get(person.purse, 0)
        brought_fen = person.pocket.brought(has=has_fen, pays=act.amount_fen)
        if brought_fen:
            yield _pay(f"{key}:in", books.WORLD, person.purse, brought_fen, memo="Top-up")
        self._add(person.purse, brought_fen - act.amount_fen)
        self._add(payee, act.amount_fen)
        yield _pay(key, person.purse, payee, act.amount_fen)

    def _wage(self, person: Someone, act: Act, key: str) -> Iterator[Transfer]:
        town = self._town
        yield _pay(f"{key}:in", books.WORLD, town.employer, act.amount_fen)
        yield requests.pay(
            transfer_id=key,
            payer=town.employer,
            payee=person.purse,
            amount_fen=act.amount_fen,
            memo="Wages",
            meta=money.INCOME,
        )
        self._add(person.purse, act.amount_fen)
        has_fen = self._fen.get(person.purse, 0)
        out_fen = person.pocket.taken_out(has=has_fen, wage=act.amount_fen)
        if out_fen:
            self._add(person.purse, -out_fen)
            yield _pay(f"{key}:out", person.purse, books.WORLD, out_fen)

    def _payee(self, person: Someone, act: Act) -> str | None:
        if act.kind == "transfer.sent":
            friends = person.contacts
            return friends[act.other % len(friends)] if friends else None
        if act.kind == "bill.paid":
            return self._town.billers.get(act.category, self._town.billers["power"])
        return self._town.shops[act.other] if act.other != NOBODY else None

    def _add(self, purse: str, fen: int) -> None:
        self._fen[purse] = self._fen.get(purse, 0) + fen


def _pay(transfer_id: str, payer: str, payee: str, amount_fen: int, *, memo: str = "") -> Transfer:
    return requests.pay(
        transfer_id=transfer_id, payer=payer, payee=payee, amount_fen=amount_fen, memo=memo
    )


def _told(town: Town, acts: Iterable[Act]) -> Iterator[NewEvent]:
    for act in acts:
        subject = act.kind.partition(".")[0]
        if subject not in ("bill", "item", "booking", "obligation"):
            continue
        app, purpose = _APPS.get(subject, _TABLES)
        person = town.people[act.person]
        yield NewEvent(
            event_id=f"{LIVED}{person.id.hex[:12]}:{microseconds(act.at)}:{act.kind}",
            person_id=person.id,
            kind=act.kind,
            occurred_at=act.at,
            app=app,
            purpose=purpose,
            amount_fen=act.amount_fen or None,
            context=_context(act),
        )


def _context(act: Act) -> dict[str, int | str]:
    said: dict[str, int | str] = {"category": act.category} if act.category else {}
    if act.kind in ("bill.paid", "item.returned"):
        said["days_late"] = act.days_late
    return said
