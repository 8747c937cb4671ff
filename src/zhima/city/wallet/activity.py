"""What happened in a purse lately, newest first, with the names of the other side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.utils.translation import gettext as _

from zhima.city.language import reads_chinese
from zhima.city.ledger.model import Entry
from zhima.city.people.models import Person
from zhima.city.wallet.books import PERSON, WORLD, account, person_id, purse, store

_BACKWARDS = f"""
    WITH RECURSIVE walk (seq, step) AS (
        SELECT CAST(? AS bigint), 1
        UNION ALL
        SELECT CASE WHEN entry.debit_id = ? THEN entry.debit_prior ELSE entry.credit_prior END,
            walk.step + 1
        FROM walk JOIN ledger_entries AS entry ON entry.seq = walk.seq
        WHERE walk.step < ?
    )
    SELECT {", ".join(f"entry.{name}" for name in Entry._fields)}
    FROM walk JOIN ledger_entries AS entry ON entry.seq = walk.seq ORDER BY entry.seq DESC
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of a payment as pages show it."""

    name: str
    icon: str = ""
    """A glyph; people have initials instead."""
    initials: str = ""
    tint: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry as its owner sees it."""

    seq: int
    at: datetime
    party: Party
    kind: str
    change_fen: int
    """What came in, or with a minus what went out; zero for a hold and its release."""
    amount_fen: int
    memo: str
    entry_id: str = ""
    """Names the payment whose receipt it is; empty when there is none."""


def latest(person: Person, *, limit: int, before_seq: int = 0) -> list[Activity]:
    """At most `limit` entries of a person's purse, newest first, from below `before_seq`."""
    start = before_seq or account(person).last_seq
    return latest_of(purse(person), start=start, limit=limit, before_seq=before_seq)


def latest_of(own: str, *, start: int, limit: int, before_seq: int = 0) -> list[Activity]:
    """The same for any account, walking back from its entry `start`."""
    with store().reading() as reader:
        rows = reader.rows(_BACKWARDS, (start, own, limit + (1 if before_seq else 0)))
        entries = [Entry._make(row) for row in rows]
    if before_seq:
        entries = [entry for entry in entries if entry.seq < before_seq]
    names = parties(_other_side(entry, own) for entry in entries)
    said = memos(entries)
    return [
        _activity(entry, own, names[_other_side(entry, own)], said[entry.id]) for entry in entries
    ]


def parties(account_ids: Iterable[str]) -> dict[str, Party]:
    """Every account with its name: people here, shops and the like from the apps that own them.

    An app names its accounts by a method `name_accounts(ids) -> dict[str, Party]` of its config.
    """
    wanted = set(account_ids)
    named = {account_id: Party(account_id, icon="wallet") for account_id in wanted}
    if WORLD in wanted:
        named[WORLD] = Party(_("Bank"), icon="landmark", tint=1)
    owners = {person_id(each): each for each in wanted if each.startswith(PERSON)}
    for person in Person.objects.filter(pk__in=owners):
        named[owners[person.pk]] = Party(person.name, initials=person.initials, tint=person.tint)
    for config in apps.get_app_configs():
        if hasattr(config, "name_accounts"):
            named.update(config.name_accounts(wanted))
    return named


def memos(entries: Sequence[Entry]) -> dict[str, str]:
    """What entries were for, by their ids, where the reader's language is not the books'.

    An app words the entries that it wrote by a method `word_memos(entries)` of its config.
    """
    said = {entry.id: entry.memo for entry in entries}
    if reads_chinese():
        for config in apps.get_app_configs():
            if hasattr(config, "word_memos"):
                said.update(config.word_memos(entries))
    return said


def _other_side(entry: Entry, own: str) -> str:
    return entry.credit_id if entry.debit_id == own else entry.debit_id


def _activity(entry: Entry, own: str, party: Party, memo: str) -> Activity:
    sign = 0 if entry.kind in ("hold", "release") else -1 if entry.debit_id == own else 1
    return Activity(
        seq=entry.seq,
        at=_EPOCH + timedelta(microseconds=entry.at_us),
        party=party,
        kind=entry.kind,
        change_fen=sign * entry.amount_fen,
        amount_fen=entry.amount_fen,
        memo=memo,
        entry_id=entry.id if entry.kind in ("transfer", "capture") else "",
    )
