"""Why a score moved: the two receipts around a change, compared line by line."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.score.contesting import appeal_of, appeal_of_score
from zhima.city.score.sentences import points, sentence
from zhima.engine.kinds import MILLI
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item

Key = tuple[Item, str]


@dataclass(frozen=True, slots=True)
class Published:
    """One published score of a person, as these pages need it."""

    seq: int
    at: datetime
    score: int
    low: int
    high: int
    rulebook: str
    cause: str


@dataclass(frozen=True, slots=True)
class Link:
    """Something that can be done about a change."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """A dot of the time line with its reason."""

    seq: int
    at: datetime
    score: int
    by: int
    reason: str
    rule: str
    cause: str
    links: tuple[Link, ...] = ()

    @property
    def amount(self) -> str:
        """Whole points with a sign."""
        return points(self.by * MILLI)

    @property
    def fell(self) -> bool:
        """Whether it was a fall."""
        return self.by < 0


Receipts = Callable[[Collection[int]], Mapping[int, tuple[Line, ...]]]
"""Gives the receipts of some of a person's scores, by number."""


Items = Callable[[Collection[str]], Collection[str]]
"""Those of some causes that are items of the person's own record."""


def changes(
    history: Sequence[Published],
    receipts: Receipts,
    policy: Policy,
    *,
    limit: int,
    items: Items = frozenset,
) -> list[Change]:
    """The latest steps that moved the number, newest first; receipts are read of those alone."""
    pairs = [(old, new) for old, new in itertools.pairwise(history) if old.score != new.score]
    shown = pairs[::-1][:limit]
    lines = receipts({each.seq for pair in shown for each in pair})
    own = items({new.cause for _, new in shown})
    return [_change(old, new, lines, policy, own) for old, new in shown]


def _change(
    before: Published,
    after: Published,
    lines: Mapping[int, tuple[Line, ...]],
    policy: Policy,
    own: Collection[str],
) -> Change:
    by = after.score - before.score
    old, new = lines.get(before.seq, ()), lines.get(after.seq, ())
    return Change(
        seq=after.seq,
        at=after.at,
        score=after.score,
        by=by,
        reason=reason(old, new, cause=after.cause, policy=policy, fell=by < 0),
        rule=after.rulebook if after.rulebook != before.rulebook else "",
        cause=after.cause,
        links=(*_links(after, fell=by < 0), *_appeals(after, own, fell=by < 0)),
    )


_BY_CAUSE: dict[str, Promise] = {
    "rulebook": _("Another rulebook came into force."),
    "consent": _("What may count for you changed: you gave or withdrew a permission."),
    "strike": _("An item was struck: it counts no more."),
    "suspend": _("An item is contested and left out meanwhile."),
    "unsuspend": _("A contested item counts again."),
}
_GONE = _("Something of yours is too old to count now.")


def reason(
    before: Sequence[Line],
    after: Sequence[Line],
    *,
    policy: Policy,
    fell: bool,
    cause: str = "",
) -> str:
    """One sentence: what moved most between two receipts, or the cause that moved everything."""
    named = _BY_CAUSE.get(cause.split(":", 1)[0])
    if named is not None:
        return str(named)
    moved = {key: by for key, by in _moved(before, after).items() if by}
    moved.pop((Item.ROUNDING, ""), None)
    if not moved:
        return str(_("Rounded the other way."))
    direction = -1 if fell else 1
    key = max(moved, key=lambda each: (moved[each] * direction, each))
    return _told(key, before, after, policy)


def _moved(before: Sequence[Line], after: Sequence[Line]) -> dict[Key, int]:
    """Thousandths by which each line moved; all contacts are one."""
    moved: Counter[Key] = Counter()
    for lines, sign in ((before, -1), (after, 1)):
        for line in lines:
            source = "" if line.item is Item.CONTACT else line.source
            moved[line.item, source] += sign * line.points_milli
    return moved


def _told(key: Key, before: Sequence[Line], after: Sequence[Line], policy: Policy) -> str:
    if key[0] is Item.CONTACT:
        return str(_of_contacts(_contacts(before), _contacts(after)))
    new = next((line for line in after if (line.item, line.source) == key), None)
    return sentence(new, policy.catalogue) if new else str(_GONE)


def _contacts(lines: Sequence[Line]) -> dict[str, Line]:
    return {line.source: line for line in lines if line.item is Item.CONTACT}


def _of_contacts(before: Mapping[str, Line], after: Mapping[str, Line]) -> Promise:
    """What happened among the contacts; of a rise and a fall of theirs, the larger."""
    if after.keys() - before.keys():
        return _("You have a new contact who counts.")
    if before.keys() - after.keys():
        return _("A contact of yours ended.")
    standing = sum(
        float(new.label) * (float(new.value) - float(before[who].value))
        for who, new in after.items()
    )
    by = sum(line.points_milli for line in after.values())
    by -= sum(line.points_milli for line in before.values())
    if standing * by <= 0:
        return _("Your ties count for more or less than before.")
    return _("A contact's score rose.") if by > 0 else _("A contact's score fell.")


def _links(after: Published, *, fell: bool) -> tuple[Link, ...]:
    kind = after.cause.split(":", 1)[0]
    if kind in {"day", "rulebook", "consent", ""}:
        return ()
    chain = Link(reverse("score:spiral", args=[after.cause]), str(_("The whole chain")))
    return (chain,) if fell or kind in {"tie", "strike"} else ()


def _appeals(after: Published, own: Collection[str], *, fell: bool) -> tuple[Link, ...]:
    """Where a fall is contested: the item behind it, or the score as a whole."""
    if not fell:
        return ()
    if after.cause in own:
        return (Link(appeal_of(after.cause), str(_("Appeal"))),)
    return (Link(appeal_of_score(), str(_("Have a person look"))),)
