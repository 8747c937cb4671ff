"""Rules as people are told them: what it is called, and the id as the reference to the document.

A score, a decision and a reading keep their rule as `id#hash`, followed by what of it applied. A
person reads the rulebook's title and the door's; the id stays beside it, for whoever looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.language import told
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.load import LoadedRulebook, check, shipped_names

_REFERENCE = re.compile(r"(?P<id>[a-z0-9][a-z0-9_.-]*)#(?P<sha>[0-9a-f]{12})(?: (?P<part>.+))?")
_LEVEL = re.compile(r"(?P<door>[a-z0-9][a-z0-9_.-]*) from (?P<start>\d+)")
_PLACES = "places by "
_BY: dict[str, Promise] = {
    "first": _("places go to whoever asks first"),
    "band": _("places go to the highest band"),
    "score": _("places go to the highest score"),
}
_OTHERS: dict[str, Promise] = {
    "override.begun": _("An exception, agreed to by two operators"),
    "override.ended": _("An exception, agreed to by two operators"),
    "override": _("An exception, agreed to by two operators"),
    "yearly statement": _("The yearly statement of benefits, which names nobody"),
    "oversight of a receipt": _("Oversight: an operator reads what a score is made of"),
    "oversight of a chain": _("Oversight: an operator looks at what one fall did"),
}
"""Rules that stand in no rulebook, by what they begin with."""


@dataclass(frozen=True, slots=True)
class Named:
    """A rule in words, and what it is kept as."""

    words: str
    reference: str = ""
    """Empty where the words are the rule itself."""
    rulebook: tuple[str, str] | None = None
    """Id and hash of the document to look it up in."""


def named(rule: str) -> Named:
    """What a kept rule says; a rule that is already a sentence is left as it is."""
    found = _REFERENCE.fullmatch(rule)
    if found is None:
        return _of_no_rulebook(rule)
    title = title_of(found["id"])
    part = _part(found["id"], found["sha"], found["part"] or "")
    words = f"{title}: {part}" if part else title
    return Named(words, rule, (found["id"], found["sha"]))


def title_of(said: str) -> str:
    """The title of a rulebook said by id, by id and hash, or by a file's path."""
    days = _with_id(said.partition("#")[0]) or (_on_every_day(said) if said in _names() else ())
    return told(days[-1].rules.title) if days else said


def version(rulebook_id: str, sha: str) -> LoadedRulebook | None:
    """The rulebook that a hash names, as it stands on any of its days; None for one that is gone.

    `sha` is the beginning of the hash that travels with scores.
    """
    days = (day for name in _names() for day in _on_every_day(name))
    found = (day for day in days if day.rules.id == rulebook_id and day.sha256.startswith(sha))
    return next(found, None)


def newest(rulebook_id: str) -> LoadedRulebook | None:
    """A rulebook as it stands last; None for an id that nobody knows."""
    days = _with_id(rulebook_id)
    return days[-1] if days else None


def _of_no_rulebook(rule: str) -> Named:
    for start, words in _OTHERS.items():
        if rule == start or rule.startswith(f"{start} "):
            return Named(str(words), rule.removeprefix(start).strip())
    return Named(rule)


def _part(rulebook_id: str, sha: str, part: str) -> str:
    level = _LEVEL.fullmatch(part)
    if level is not None:
        said = _("%(door)s, the rule from %(start)s on")
        door = _door(rulebook_id, sha, level["door"])
        return str(said) % {"door": door, "start": level["start"]}
    if part.startswith(_PLACES):
        return str(_BY.get(part.removeprefix(_PLACES), part))
    return part


def _door(rulebook_id: str, sha: str, door_id: str) -> str:
    rulebook = version(rulebook_id, sha) or newest(rulebook_id)
    titles = {door.id: door.title for door in rulebook.rules.doors} if rulebook else {}
    return told(titles[door_id]) if door_id in titles else door_id


def _names() -> Iterator[str]:
    """Shipped ones first: a copy that kept its id does not stand in for the original.

    Only who looks further asks the database: a page names its rules many times.
    """
    shipped = shipped_names()
    yield from shipped
    used = RulebookInForce.objects.exclude(name__in=shipped).values_list("name", flat=True)
    yield from sorted(set(used))


def _with_id(rulebook_id: str) -> tuple[LoadedRulebook, ...]:
    everything = (_on_every_day(name) for name in _names())
    return next((days for days in everything if days and days[0].rules.id == rulebook_id), ())


@lru_cache(maxsize=64)
def _on_every_day(name: str) -> tuple[LoadedRulebook, ...]:
    try:
        return tuple(check(name))
    except ZhimaError:
        # A draft whose file was taken away, or broken since: its id is all there is to say.
        return ()
