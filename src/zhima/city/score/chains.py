"""The spiral as one person may read it: one time line of a cause and all that followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhima.city.disclosure.chains import Link, links
from zhima.city.language import told
from zhima.city.score.mine import Mine
from zhima.city.score.sentences import points
from zhima.city.scoring.naming import title_of
from zhima.city.scoring.wording import what_happened
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.kinds import MILLI
from zhima.engine.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the time line; each names its rule."""

    icon: str
    words: str
    rule: str
    at: datetime
    by: int | None = None
    """How it moved the reader; None when it did not, or when it is somebody else's to know."""
    is_mine: bool = False
    appeal_of: str = ""
    """The event to contest, on the reader's own fall."""

    @property
    def amount(self) -> str:
        """Whole points with a sign."""
        return "" if self.by is None else points(self.by * MILLI)


@dataclass(frozen=True)
class _Reader:
    """Who reads, and how others are called before her."""

    me: UUID
    names: Mapping[str, str]
    rules: Rulebook
    rulebook: str
    """Its title."""

    @property
    def names_others(self) -> bool:
        return self.rules.friends.named_to_person or self.rules.friends.nudge

    def called(self, person_id: UUID | None) -> str:
        name = self.names.get(str(person_id), "") if self.names_others else ""
        return name or _("A contact")


def steps(mine: Mine, cause: str) -> list[Step]:
    """The whole chain of a cause, oldest first; empty unless it touched the person."""
    reader = _Reader(
        mine.person.pk,
        mine.known_names,
        mine.policy.rulebook.rules,
        title_of(mine.policy.rulebook.name),
    )
    found = links(mine.person, cause)
    return [step for link in found for step in _told(link, reader)]


def _told(link: Link, reader: _Reader) -> Iterator[Step]:
    yield _cause(link, reader)
    mine = link.of(reader.me)
    if mine is not None and mine.old is not None:
        yield _my_move(link, mine.new - mine.old, reader)
    known = (reader.me, link.whose)
    others = [each for each in link.moved if each.has_moved and each.person_id not in known]
    if others:
        yield _others_moved(link, len(others), reader)


def _cause(link: Link, reader: _Reader) -> Step:
    if link.ends_a_tie:
        return _dropped(link, reader)
    is_mine = link.whose == reader.me
    if link.about:
        return _corrected(link, reader)
    kind = KINDS.get(link.event_kind)
    is_told = kind is not None and (is_mine or reader.names_others)
    what = what_happened(link.event_kind, link.days_late) if is_told else ""
    rule = _breach(link.event_kind, reader)
    if is_mine:
        words = _("You: %(what)s.") % {"what": what}
    elif what:
        words = _("%(name)s: %(what)s.") % {"name": reader.called(link.whose), "what": what}
    else:
        words = _("Something was recorded about a contact of yours.")
        rule = _("What it was is theirs to know (%(rulebook)s)") % {"rulebook": reader.rulebook}
    icon = "triangle-alert" if kind and kind.adverse else "file-text"
    return Step(icon, words, rule, link.at, is_mine=is_mine)


_CORRECTED: dict[str, Promise] = {
    "suspend": gettext_lazy("The item is contested: it counts for nothing meanwhile."),
    "unsuspend": gettext_lazy("The appeal is over: the item counts again."),
    "strike": gettext_lazy("The item was struck: it counts no more."),
}


def _corrected(link: Link, reader: _Reader) -> Step:
    rule = _("Appeals under %(rulebook)s") % {"rulebook": reader.rulebook}
    words = str(_CORRECTED[link.about])
    return Step("gavel", words, rule, link.at, is_mine=link.whose == reader.me)


def _breach(kind: str, reader: _Reader) -> str:
    breach = next((each for each in reader.rules.breaches if each.kind == kind), None)
    if breach is None:
        return _("Counted by the card of %(rulebook)s") % {"rulebook": reader.rulebook}
    return _("Rule “%(rule)s”, set by %(author)s, %(rulebook)s") % {
        "rule": told(breach.title),
        "author": breach.author,
        "rulebook": reader.rulebook,
    }


def _my_move(link: Link, by: int, reader: _Reader) -> Step:
    if link.ends_a_tie:
        words = _("Your score without this contact.")
        rule = _("Whoever has fewer contacts stands more on her own record")
    elif link.whose == reader.me:
        words, rule = _("Your score."), _breach(link.event_kind, reader)
    else:
        words = _("Your score, because you are contacts.")
        rule = _friends_rule(reader)
    fell_myself = link.whose == reader.me and by < 0 and not link.about
    return Step(
        "trending-down" if by < 0 else "trending-up",
        words,
        rule,
        link.at,
        by,
        is_mine=True,
        appeal_of=link.cause if fell_myself else "",
    )


def _others_moved(link: Link, count: int, reader: _Reader) -> Step:
    if link.within_s == 1:
        words = ngettext(
            "The score of %(n)d more person moved within the same second.",
            "The scores of %(n)d more people moved within the same second.",
            count,
        ) % {"n": count}
    else:
        words = ngettext(
            "The score of %(n)d more person moved.",
            "The scores of %(n)d more people moved.",
            count,
        ) % {"n": count}
    return Step("users", words, _friends_rule(reader), link.at)


def _dropped(link: Link, reader: _Reader) -> Step:
    if link.ended_by == reader.me:
        words = _("You ended the contact with %(name)s.") % {
            "name": reader.names.get(str(link.ended_with), _("a contact"))
        }
    elif link.ended_with == reader.me:
        words = _("%(name)s ended the contact with you.") % {
            "name": reader.names.get(str(link.ended_by), _("A contact"))
        }
    else:
        words = _("Two of those touched are contacts no more.")
    return Step("user-minus", words, _("A tie counts only while both agree"), link.at)


def _friends_rule(reader: _Reader) -> str:
    return _("Friends count for %(percent)d %% (%(rulebook)s)") % {
        "percent": round(reader.rules.friends.weight * 100),
        "rulebook": reader.rulebook,
    }
