"""What if: the questions a person can put to the engine, as events that have not happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.language import told
from zhima.city.score.changes import Published, reason
from zhima.city.score.receipt import LEAST_TO_SHOW_EACH, contact_entries
from zhima.city.score.sentences import points
from zhima.city.scoring.imagining import Imagined
from zhima.engine.doors import decide_all
from zhima.engine.doors.decide import Standing
from zhima.engine.kinds import MILLI
from zhima.engine.rulebook import Outcome
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item


@dataclass(frozen=True, slots=True)
class Question:
    """One change to ask about."""

    id: str
    words: str | Promise
    icon: str
    events: tuple[str, ...] = ()
    """In the words of `zhima what-if --add`."""
    is_good: bool = True


def _times(count: int, event: str) -> tuple[str, ...]:
    return (event,) * count


QUESTIONS = (
    Question(
        "bill",
        _("I pay the next bill on time"),
        "receipt-text",
        ("bill.paid amount_fen=12000 days_late=0",),
    ),
    Question(
        "bills",
        _("I pay twelve bills on time"),
        "receipt-text",
        _times(12, "bill.paid amount_fen=12000 days_late=0"),
    ),
    Question(
        "loan",
        _("I borrow a tool and bring it back on time"),
        "undo-2",
        ("item.returned days_late=0",),
    ),
    Question("booking", _("I come to a booking"), "calendar-check", ("booking.kept",)),
    Question("income", _("Income arrives"), "banknote", ("income.received amount_fen=500000",)),
    Question(
        "missed-bill",
        _("I miss a bill"),
        "receipt-text",
        ("bill.missed days_late=30",),
        is_good=False,
    ),
    Question(
        "no-show", _("I book and do not come"), "calendar-check", ("booking.missed",), is_good=False
    ),
    Question("breach", _("I leave damage unpaid"), "car", ("obligation.breached",), is_good=False),
)
BY_ID = {question.id: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Leaving:
    """One contact whom the person can think away; by name only as the rulebook allows."""

    id: str
    words: str
    icon: str
    contact: str
    """The person id, which never leaves the server."""


def leaving(lines: Sequence[Line], policy: Policy, names: Mapping[str, str]) -> list[Leaving]:
    """The contacts to think away.

    A named contact answers the question what he stands at. Where the rulebook names nobody, the
    choice is of who gives most and who takes most, and of that only with enough contacts.
    """
    contacts = [line for line in lines if line.item is Item.CONTACT]
    named = [entry for entry in contact_entries(contacts, policy) if entry.who]
    chosen = [
        Leaving(
            f"leave-{number}",
            _("I end the contact with %(name)s") % {"name": names.get(entry.who, "…")},
            "user-minus",
            entry.who,
        )
        for number, entry in enumerate(named, start=1)
    ]
    if named or len(contacts) < LEAST_TO_SHOW_EACH:
        return chosen
    most = max(contacts, key=lambda line: line.points_milli)
    least = min(contacts, key=lambda line: line.points_milli)
    return [
        Leaving(
            "leave-most", str(_("I lose the contact who gives most")), "user-minus", most.source
        ),
        Leaving(
            "leave-least", str(_("I lose the contact who takes most")), "user-minus", least.source
        ),
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine said."""

    before: int
    after: int
    by: int
    reason: str
    opened: tuple[str, ...]
    """Doors that would open, by title."""
    shut: tuple[str, ...]

    @property
    def amount(self) -> str:
        """Whole points with a sign."""
        return points(self.by * MILLI)


def answer(now: Published, lines: Sequence[Line], then: Imagined, policy: Policy) -> Answer:
    """The answer in words: `lines` are the receipt in force, `then` the score with the change."""
    opened, shut = _doors_moved(policy, now, then)
    return Answer(
        before=now.score,
        after=then.score,
        by=then.score - now.score,
        reason=reason(lines, then.lines, policy=policy, fell=then.score < now.score),
        opened=opened,
        shut=shut,
    )


def _doors_moved(
    policy: Policy, now: Published, then: Imagined
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Titles of the doors that would open, and of those that would shut."""
    rulebook = policy.rulebook
    before, after = (
        {
            decision.door
            for decision in decide_all(rulebook, standing=Standing(at.score, at.low, at.high))
            if decision.outcome is Outcome.OPEN
        }
        for at in (now, then)
    )
    titles = {door.id: told(door.title) for door in rulebook.rules.doors}
    return (
        tuple(title for door, title in titles.items() if door in after - before),
        tuple(title for door, title in titles.items() if door in before - after),
    )
