"""A receipt as a till prints it, in English or Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zhima.engine.doors import Decision
from zhima.engine.kinds import Factor, Text, ZhimaError
from zhima.engine.rulebook import Outcome
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item

WIDTH = 88
Language = Literal["en", "zh"]

_WORDS = {
    Item.START: Text("Everybody starts at", "起始分"),
    Item.BASE: Text("The card gives everybody", "评分卡基础分"),
    Item.LIMIT: Text("Own points end at 0 and 600", "本人分数限于0至600"),
    Item.MISSING_TIES: Text("Ties that are not there", "缺少的联系"),
    Item.ROUNDING: Text("Rounded to a whole number", "四舍五入"),
}
_GIVE = Text("{} contacts give", "{}位联系人加分")
_TAKE = Text("{} contacts take", "{}位联系人减分")
_SCORE = Text("Score", "分数")
_DOORS = Text("What it opens", "可享服务")
_OUTCOMES = {
    Outcome.OPEN: Text("✓ open", "✓ 开放"),
    Outcome.DEPOSIT: Text("◐ deposit {}", "◐ 押金{}"),
    Outcome.REFERRED: Text("… a person looks", "… 人工审核"),
    Outcome.CLOSED: Text("✗ closed", "✗ 未开放"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """The language of a receipt, the titles it uses, and whether contacts are named."""

    lang: Language
    named: bool
    titles: dict[str, str]
    factors: dict[str, str]
    bands: dict[str, str]

    @classmethod
    def of(cls, policy: Policy, *, lang: str, named: bool) -> Wording:
        """Titles from the catalogue and the rulebook; ZhimaError for another language."""
        if lang != "en" and lang != "zh":
            raise ZhimaError(f"no language {lang!r}: choose en or zh")
        rules = policy.rulebook.rules
        return cls(
            lang=lang,
            named=named,
            titles={part.id: getattr(part.title, lang) for part in policy.catalogue.features},
            factors={part.id.value: getattr(part.title, lang) for part in rules.factors},
            bands={part.id: getattr(part.title, lang) for part in rules.bands},
        )

    def say(self, text: Text) -> str:
        """The text in this wording's language."""
        return str(getattr(text, self.lang))


def receipt_text(stated: dict[str, Any], lines: Sequence[Line], wording: Wording) -> str:
    """The whole receipt of one person; its amounts add up to the score at the foot."""
    out = [f"{stated['person_id']}  {stated['as_of']:%Y-%m-%d}  {stated['rulebook']}", "─" * WIDTH]
    out += [_row(wording.say(_WORDS[line.item]), line.points) for line in _of(lines, Item.START)]
    for factor in Factor:
        out += _factor(factor, [line for line in lines if line.factor == factor], wording)
    rest = [Item.BASE, Item.LIMIT, Item.MISSING_TIES, Item.ROUNDING]
    out += [_row(wording.say(_WORDS[line.item]), line.points) for line in _of(lines, *rest)]
    interval = f"{wording.bands[stated['band']]}, {stated['low']}-{stated['high']}"
    foot = f"{wording.say(_SCORE)} ({interval})"
    return "\n".join([*out, "─" * WIDTH, _row(foot, stated["score"], digits=0)])


def doors_text(decisions: Sequence[Decision], wording: Wording) -> str:
    """One line a door; a refusal adds its reason and the other way."""
    out = ["", wording.say(_DOORS)]
    for decision in decisions:
        deposit = f"{(decision.deposit_fen or 0) / 100:,.2f}"
        verdict = wording.say(_OUTCOMES[decision.outcome]).format(deposit)
        out.append(f"  {_pad(decision.door, 20)} {verdict}")
        if decision.other_way is not None:
            out.append(f"      {wording.say(decision.reason)} {wording.say(decision.other_way)}")
    return "\n".join(out)


def _of(lines: Sequence[Line], *items: Item) -> list[Line]:
    return [line for line in lines if line.item in items]


def _factor(factor: Factor, lines: list[Line], wording: Wording) -> list[str]:
    counted = _of(lines, Item.ATTRIBUTE, Item.CONTACT)
    if not counted:
        return []
    head = _row(wording.factors[factor], sum(line.points for line in counted), signed=True)
    attributes = [
        _row(
            f"  {wording.titles.get(line.source, line.source)}: {line.label}",
            line.points,
            signed=True,
        )
        for line in _of(lines, Item.ATTRIBUTE)
    ]
    return ["", head, *attributes, *_contacts(_of(lines, Item.CONTACT), wording)]


def _contacts(contacts: list[Line], wording: Wording) -> list[str]:
    if wording.named:
        return [_row(f"  {line.source}", line.points, signed=True) for line in contacts]
    gives = [line.points for line in contacts if line.points_milli > 0]
    takes = [line.points for line in contacts if line.points_milli < 0]
    return [
        _row(f"  {wording.say(words).format(len(points))}", sum(points), signed=True)
        for words, points in ((_GIVE, gives), (_TAKE, takes))
        if points
    ]


def _row(text: str, points: float, *, signed: bool = False, digits: int = 3) -> str:
    whole = float(points).is_integer()
    amount = f"{points:{'+' if signed else ''}.{0 if whole else digits}f}"
    amount = amount if not whole or digits == 0 else f"{amount}    "
    return f"{_pad(text, WIDTH - 12)}{amount:>12}"


def _pad(text: str, width: int) -> str:
    """Pad to `width` columns; Chinese characters take two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(width - taken, 1)
