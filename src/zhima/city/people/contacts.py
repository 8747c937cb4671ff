"""Contacts by mutual consent: ask, agree, decline, end; block and unblock."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from zhima.city import clock
from zhima.city.people.models import Block, Person, Tie


class Step(StrEnum):
    """What became of a wish about a contact."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    ALREADY = "already"
    NOT_ONESELF = "not_oneself"
    NOT_POSSIBLE = "not_possible"
    """A block stands between them. Who set it is not told."""
    NOTHING_ASKED = "nothing_asked"


@transaction.atomic
def ask(*, person: Person, other: Person) -> Step:
    """Ask to be contacts; when the other has asked already, that is consent on both sides."""
    if person == other:
        return Step.NOT_ONESELF
    if is_blocked(person=person, other=other):
        return Step.NOT_POSSIBLE
    low, high = _in_order(person, other)
    tie, fresh = Tie.objects.get_or_create(
        low=low, high=high, ended_at=None, defaults={"asked_by": person, "asked_at": clock.now()}
    )
    if fresh:
        return Step.ASKED
    if tie.agreed_at is None and tie.asked_by_id != person.pk:
        return agree(person=person, other=other)
    return Step.ALREADY


@transaction.atomic
def agree(*, person: Person, other: Person) -> Step:
    """Say yes to what the other asked."""
    tie = _asked_of(person, other)
    if tie is None:
        return Step.NOTHING_ASKED
    tie.agreed_at = clock.now()
    tie.save(update_fields=["agreed_at"])
    return Step.AGREED


@transaction.atomic
def decline(*, person: Person, other: Person) -> Step:
    """Say no to what the other asked."""
    tie = _asked_of(person, other)
    if tie is None:
        return Step.NOTHING_ASKED
    _end(tie, person)
    return Step.DECLINED


@transaction.atomic
def end(*, person: Person, other: Person) -> Step:
    """Stop being contacts, or take back a question. The other is not asked."""
    tie = open_tie(person=person, other=other)
    if tie is None:
        return Step.ALREADY
    _end(tie, person)
    return Step.ENDED


@transaction.atomic
def restore(tie: Tie) -> Step:
    """Let an ended tie stand again as it was, from its own beginning; both sides have agreed."""
    low, high = tie.low, tie.high
    if is_blocked(person=low, other=high):
        return Step.NOT_POSSIBLE
    open_now = open_tie(person=low, other=high)
    if open_now is not None and open_now.agreed_at is not None:
        return Step.ALREADY
    if open_now is not None:
        _end(open_now, low)
    Tie.objects.create(
        low=low,
        high=high,
        asked_by_id=tie.asked_by_id,
        asked_at=tie.asked_at,
        agreed_at=tie.agreed_at,
    )
    return Step.AGREED


@transaction.atomic
def block(*, person: Person, other: Person) -> Step:
    """Hear nothing more from the other; ends the tie as well."""
    if person == other:
        return Step.NOT_ONESELF
    end(person=person, other=other)
    _, fresh = Block.objects.get_or_create(person=person, blocked=other)
    return Step.BLOCKED if fresh else Step.ALREADY


def unblock(*, person: Person, other: Person) -> Step:
    """Lift one's own block; the tie stays ended."""
    deleted, _ = Block.objects.filter(person=person, blocked=other).delete()
    return Step.UNBLOCKED if deleted else Step.ALREADY


def is_blocked(*, person: Person, other: Person) -> bool:
    """Whether either has blocked the other."""
    return Block.objects.filter(
        Q(person=person, blocked=other) | Q(person=other, blocked=person)
    ).exists()


def are_contacts(*, person: Person, other: Person) -> bool:
    """Whether both have agreed and neither has ended it."""
    tie = open_tie(person=person, other=other)
    return tie is not None and tie.agreed_at is not None


def open_tie(*, person: Person, other: Person) -> Tie | None:
    """The tie between the two that is asked for or agreed, if any."""
    low, high = _in_order(person, other)
    return Tie.objects.filter(low=low, high=high, ended_at=None).first()


def contacts_of(person: Person) -> QuerySet[Person]:
    """Everybody with whom both sides agreed, by name."""
    ties = _open_ties(person).exclude(agreed_at=None)
    return Person.objects.filter(pk__in=_others(person, ties)).order_by("name")


def askers_of(person: Person) -> QuerySet[Person]:
    """Those who asked and wait for this person's answer."""
    ties = _open_ties(person).filter(agreed_at=None).exclude(asked_by=person)
    return Person.objects.filter(pk__in=_others(person, ties)).order_by("name")


def asked_by(person: Person) -> QuerySet[Person]:
    """Those whom this person asked and who have not answered."""
    ties = _open_ties(person).filter(agreed_at=None, asked_by=person)
    return Person.objects.filter(pk__in=_others(person, ties)).order_by("name")


def _open_ties(person: Person) -> QuerySet[Tie]:
    return Tie.objects.filter(Q(low=person) | Q(high=person), ended_at=None)


def _others(person: Person, ties: QuerySet[Tie]) -> list[object]:
    pairs = ties.values_list("low_id", "high_id")
    return [high if low == person.pk else low for low, high in pairs]


def _asked_of(person: Person, other: Person) -> Tie | None:
    tie = open_tie(person=person, other=other)
    waiting = tie is not None and tie.agreed_at is None and tie.asked_by_id == other.pk
    return tie if waiting else None


def _end(tie: Tie, person: Person) -> None:
    tie.ended_at = clock.now()
    tie.ended_by = person
    tie.save(update_fields=["ended_at", "ended_by"])


def _in_order(person: Person, other: Person) -> tuple[Person, Person]:
    return (person, other) if person.pk < other.pk else (other, person)
