"""A second ledger, written to be obviously right: a list of what happened, read again each time."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhima.city.ledger.model import Outcome, Transfer

MOST_FEN = 999_999_999_999


@dataclass
class Shelf:
    """An account: its flags, and no sums."""

    currency: str
    endless: bool
    frozen: bool = False
    closed: bool = False


@dataclass
class Note:
    """Something that happened."""

    ask: Transfer
    payer: str
    payee: str
    fen: int
    at_us: int
    expired: bool = False


@dataclass
class NaiveLedger:
    """Answers as the ledger should, by looking through all notes for every question."""

    shelves: dict[str, Shelf] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, name: str) -> Note | None:
        return next((note for note in self.notes if note.ask.id == name), None)

    def ending(self, hold: Note) -> Note | None:
        ends = ("capture", "release")
        found = [n for n in self.notes if n.ask.kind in ends and n.ask.refers_to == hold.ask.id]
        assert len(found) < 2
        return found[0] if found else None

    def refunded_fen(self, payment: Note) -> int:
        return sum(
            note.fen
            for note in self.notes
            if note.ask.kind == "refund" and note.ask.refers_to == payment.ask.id
        )

    def open_holds(self) -> list[Note]:
        return [n for n in self.notes if n.ask.kind == "hold" and self.ending(n) is None]

    def balance_fen(self, name: str) -> int:
        moved = [n for n in self.notes if n.ask.kind in ("transfer", "capture", "refund")]
        gained = sum(note.fen for note in moved if note.payee == name)
        return gained - sum(note.fen for note in moved if note.payer == name)

    def held_fen(self, name: str) -> int:
        return sum(note.fen for note in self.open_holds() if note.payer == name)

    def available_fen(self, name: str) -> int:
        return self.balance_fen(name) - self.held_fen(name)

    def pass_time(self, at_us: int) -> None:
        """Release every hold that is over."""
        due = [n for n in self.open_holds() if 0 < n.ask.expires_at_us <= at_us]
        for hold in sorted(due, key=lambda note: note.ask.expires_at_us):
            ask = Transfer("expiry:" + hold.ask.id, "release", refers_to=hold.ask.id)
            self.notes.append(Note(ask, hold.payer, hold.payee, hold.fen, at_us, expired=True))

    def settle(self, chain: list[Transfer], at_us: int) -> list[Outcome]:
        """All of a chain, or nothing of it."""
        before, answers = list(self.notes), []
        for ask in chain:
            answers.append(self.answer(ask, at_us))
            if answers[-1] not in DONE:
                self.notes = before
                return blame(chain, len(answers) - 1, answers[-1])
        repeats = [i for i, answer in enumerate(answers) if answer is Outcome.ALREADY_PAID]
        if repeats and len(repeats) < len(chain):
            self.notes = before
            return blame(chain, repeats[0], Outcome.ID_REUSED_IN_OTHER_CHAIN)
        return answers

    def answer(self, ask: Transfer, at_us: int) -> Outcome:
        """What should be said to one transfer; what should happen happens."""
        old = self.note(ask.id)
        wrong = self.form(ask) or (self.again(old, ask) if old else None)
        if wrong:
            return wrong
        if ask.kind in ("transfer", "hold"):
            return self.spend(ask, ask.debit_id, ask.credit_id, at_us)
        named = self.note(ask.refers_to)
        if named is None:
            return Outcome.UNKNOWN_REFERENCE
        if (named.ask.kind == "hold") != (ask.kind != "refund") or named.ask.kind in (
            "refund",
            "release",
        ):
            return Outcome.REFERENCE_OF_OTHER_KIND
        if ask.kind == "refund":
            return self.refund(ask, named, at_us)
        return self.end(ask, named, at_us)

    def form(self, ask: Transfer) -> Outcome | None:
        if ask.id == "" or ask.id.startswith("expiry:"):
            return Outcome.ID_MALFORMED
        if not isinstance(ask.amount_fen, int):
            return Outcome.AMOUNT_NOT_WHOLE_FEN
        if ask.kind != "release" and ask.amount_fen < 1:
            return Outcome.AMOUNT_NOT_POSITIVE
        if ask.kind != "release" and ask.amount_fen > MOST_FEN:
            return Outcome.AMOUNT_TOO_LARGE
        if ask.kind == "release" and ask.amount_fen:
            return Outcome.FIELDS_DO_NOT_FIT_KIND
        return None

    def again(self, old: Note, ask: Transfer) -> Outcome:
        if old.ask.kind != ask.kind:
            return Outcome.ID_REUSED_WITH_OTHER_KIND
        if old.ask.refers_to != ask.refers_to:
            return Outcome.ID_REUSED_WITH_OTHER_REFERENCE
        if (old.ask.debit_id, old.ask.credit_id) != (ask.debit_id, ask.credit_id):
            return Outcome.ID_REUSED_WITH_OTHER_ACCOUNTS
        if old.ask.amount_fen != ask.amount_fen:
            return Outcome.ID_REUSED_WITH_OTHER_AMOUNT
        if (old.ask.memo, old.ask.expires_at_us) != (ask.memo, ask.expires_at_us):
            return Outcome.ID_REUSED_WITH_OTHER_TERMS
        return Outcome.ALREADY_PAID

    def closed_way(self, payer: str, payee: str) -> Outcome | None:
        if payer == payee:
            return Outcome.SAME_ACCOUNT
        ends = [self.shelves.get(name) for name in (payer, payee)]
        if None in ends:
            return Outcome.UNKNOWN_ACCOUNT
        if len({shelf.currency for shelf in ends}) == 2:
            return Outcome.CURRENCY_DIFFERS
        if any(shelf.closed for shelf in ends):
            return Outcome.ACCOUNT_CLOSED
        return Outcome.ACCOUNT_FROZEN if any(shelf.frozen for shelf in ends) else None

    def spend(self, ask: Transfer, payer: str, payee: str, at_us: int) -> Outcome:
        if 0 < ask.expires_at_us <= at_us:
            return Outcome.EXPIRY_PASSED
        blocked = self.closed_way(payer, payee)
        if blocked:
            return blocked
        if ask.amount_fen > self.available_fen(payer) and not self.shelves[payer].endless:
            return Outcome.NOT_ENOUGH
        self.notes.append(Note(ask, payer, payee, ask.amount_fen, at_us))
        return SUCCESS[ask.kind]

    def refund(self, ask: Transfer, payment: Note, at_us: int) -> Outcome:
        blocked = self.closed_way(payment.payee, payment.payer)
        if blocked:
            return blocked
        if self.refunded_fen(payment) + ask.amount_fen > payment.fen:
            return Outcome.REFUND_OVER_PAID
        return self.spend(ask, payment.payee, payment.payer, at_us)

    def end(self, ask: Transfer, hold: Note, at_us: int) -> Outcome:
        ending = self.ending(hold)
        if ending is not None:
            if ending.expired:
                return Outcome.HOLD_EXPIRED
            captured = ending.ask.kind == "capture"
            return Outcome.HOLD_CAPTURED if captured else Outcome.HOLD_RELEASED
        if ask.kind == "capture":
            blocked = self.closed_way(hold.payer, hold.payee)
            if blocked:
                return blocked
            if ask.amount_fen > hold.fen:
                return Outcome.CAPTURE_OVER_HOLD
        fen = hold.fen if ask.kind == "release" else ask.amount_fen
        self.notes.append(Note(ask, hold.payer, hold.payee, fen, at_us))
        return SUCCESS[ask.kind]


SUCCESS = {
    "transfer": Outcome.PAID,
    "hold": Outcome.HELD,
    "capture": Outcome.CAPTURED,
    "release": Outcome.RELEASED,
    "refund": Outcome.REFUNDED,
}
DONE = {*SUCCESS.values(), Outcome.ALREADY_PAID}


def blame(chain: list[Transfer], position: int, reason: Outcome) -> list[Outcome]:
    """One of the chain says why, the others that one of them did."""
    return [reason if i == position else Outcome.LINKED_FAILED for i in range(len(chain))]
