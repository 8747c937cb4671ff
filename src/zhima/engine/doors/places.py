"""Who gets the places that more ask for within the same minute, and what the others are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhima.engine.kinds import SCORE_FLOOR, Text
from zhima.engine.rulebook.load import LoadedRulebook
from zhima.engine.rulebook.model import PlaceOrder, Rulebook, Telling


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish for the place. Without a score, or without leave to look at it, `score` is None."""

    id: str
    asked_at: datetime
    score: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """What became of one wish; whoever did not get the place is told rule, gap and other way."""

    ask: Ask
    got_it: bool
    rule: str
    gap: int | None
    """Points to whoever got it, the last of them, only where the rulebook tells them."""
    reason: Text


OTHER_WAY = Text(
    "Ask for another time; within a free minute whoever asks gets it.",
    "请选择其他时间；无人竞争时，先到先得。",
)


def give(rulebook: LoadedRulebook, asks: Sequence[Ask], *, places: int = 1) -> tuple[Place, ...]:
    """Give `places` among those who asked, at least one each; in the order of `asks`.

    A score that is not there stands at the floor: nobody is shut out, and nobody above loses by it.
    """
    rules = rulebook.rules
    ranked = sorted(asks, key=lambda ask: (-_rank(rules, ask), ask.asked_at, ask.id))
    winners = ranked[:places]
    return tuple(_place(rulebook, ask, winners, wanted=len(asks)) for ask in asks)


def _rank(rules: Rulebook, ask: Ask) -> int:
    score = SCORE_FLOOR if ask.score is None else ask.score
    match rules.benefits.places.order:
        case PlaceOrder.FIRST:
            return 0
        case PlaceOrder.BAND:
            return rules.bands.index(rules.band(score))
        case PlaceOrder.SCORE:
            return score


def _place(rulebook: LoadedRulebook, ask: Ask, winners: Sequence[Ask], *, wanted: int) -> Place:
    places = rulebook.rules.benefits.places
    rule = f"{rulebook.name} places by {places.order}"
    if ask in winners:
        enough = _ALONE if wanted == 1 else _ENOUGH
        return Place(
            ask, True, rule, None, enough if wanted == len(winners) else _WON[places.order]
        )
    # Of several who got one the last is nearest: nobody is told of a longer way than there is.
    winner = winners[-1]
    gap = (winner.score or SCORE_FLOOR) - (SCORE_FLOOR if ask.score is None else ask.score)
    told = gap if places.tells is Telling.GAP and places.order is PlaceOrder.SCORE else None
    return Place(ask, False, rule, told, _lost(rulebook.rules, ask, winner, told))


_ALONE = Text("Nobody else asked for it.", "没有其他人申请。")
_ENOUGH = Text("There was one for everybody who asked.", "名额足够，申请者人人有份。")
_WON = {
    PlaceOrder.FIRST: Text("You asked first.", "您最先申请。"),
    PlaceOrder.BAND: Text(
        "Others asked in the same minute; your band came first.",
        "同一分钟内有他人申请，您的等级优先。",
    ),
    PlaceOrder.SCORE: Text(
        "Others asked in the same minute; your score came first.",
        "同一分钟内有他人申请，您的分数优先。",
    ),
}


def _lost(rules: Rulebook, ask: Ask, winner: Ask, gap: int | None) -> Text:
    same = Text(
        "Somebody else asked in the same minute and came first.", "同一分钟内有他人申请并优先获得。"
    )
    if rules.benefits.places.order is PlaceOrder.FIRST:
        return Text("Somebody else asked before you.", "有人比您先申请。")
    if gap == 0:
        return Text(
            "Somebody with the same score asked a moment before you.", "分数相同者比您早一刻申请。"
        )
    if gap is not None:
        unit = "point" if gap == 1 else "points"
        return Text(
            f"Somebody else asked in the same minute and has {gap} {unit} more.",
            f"同一分钟内有他人申请，分数比您高{gap}分。",
        )
    if rules.benefits.places.tells is Telling.NOTHING or winner.score is None:
        return same
    band = rules.band(winner.score)
    return Text(
        f"Somebody else asked in the same minute and stands in the band {band.title.en}.",
        f"同一分钟内有他人申请，其等级为“{band.title.zh}”。",
    )
