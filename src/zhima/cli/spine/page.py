"""The demo's page: one person's score, receipt and doors, and the spiral, from a real scoring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from zhima.cli.spine.drawings import dial, histogram
from zhima.engine.doors import Decision, decide_all
from zhima.engine.doors.decide import Standing
from zhima.engine.files import atomic
from zhima.engine.kinds import MILLI, Factor
from zhima.engine.rulebook import Outcome
from zhima.engine.score.compose import Scored, factor_points
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item
from zhima.engine.score.whatif import row_of

_VERDICTS = {
    Outcome.OPEN: ("gives", "✓", "open"),
    Outcome.DEPOSIT: ("costs", "◐", "deposit {}"),
    Outcome.REFERRED: ("costs", "…", "a person looks"),
    Outcome.CLOSED: ("takes", "✗", "closed"),
}
_PLAIN = {
    Item.START: "Everybody starts at",
    Item.BASE: "The card gives everybody",
    Item.LIMIT: "Own points end at 0 and 600",
    Item.MISSING_TIES: "Ties that are not there",
    Item.ROUNDING: "Rounded to a whole number",
}


@dataclass(frozen=True, slots=True)
class Spiral:
    """One person's breach, and what it did to those around."""

    breaker: str
    tie_sum: float
    """Sum of the strengths of the breaker's ties."""
    before: Scored
    after: Scored


def write_page(
    path: Path,
    *,
    scored: Scored,
    policy: Policy,
    person_id: str,
    receipt: tuple[Line, ...],
    spiral: Spiral,
    counts: list[tuple[str, str]],
    files: list[tuple[str, str]],
) -> None:
    """Write one HTML file with everything inside; nothing is fetched when it opens."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("zhima.cli", "spine"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    rules = policy.rulebook.rules
    html = environment.get_template("page.html.j2").render(
        members=f"{len(scored.score):,}",
        counts=counts,
        histogram=_safe(histogram(scored.score, rules.bands)),
        person=_person(scored, policy, person_id, receipt),
        spiral=_spiral(spiral, policy),
        rulebook=policy.rulebook.name,
        card=policy.card.sha256[:12],
        as_of=f"{scored.as_of:%Y-%m-%d}",
        files=files,
    )
    with atomic(path) as temporary:
        temporary.write_text(html, encoding="utf-8")


def _safe(svg: str) -> Any:
    # Drawn by us from numbers and the rulebook's own words.
    return jinja2.utils.markupsafe.Markup(svg)


def _person(
    scored: Scored, policy: Policy, person_id: str, receipt: tuple[Line, ...]
) -> dict[str, Any]:
    row = row_of(scored.people, person_id)
    score, low, high = int(scored.score[row]), int(scored.low[row]), int(scored.high[row])
    rules = policy.rulebook.rules
    drawn = dial(
        score=score, low=low, high=high, band=rules.band(score).title.en, bands=rules.bands
    )
    decisions = decide_all(policy.rulebook, standing=Standing(score, low, high))
    titles = {feature.id: feature.title.en for feature in policy.catalogue.features}
    return {
        "id": person_id,
        "dial": _safe(drawn),
        "because": _because(receipt, titles),
        "factors": list(_factors(scored, policy, row)),
        "doors": [_door(decision, rules.door(decision.door).title.en) for decision in decisions],
        "receipt": list(_receipt(receipt, policy, titles)),
    }


def _because(receipt: tuple[Line, ...], titles: dict[str, str]) -> str:
    lines = [line for line in receipt if line.item is Item.ATTRIBUTE]
    best = max(lines, key=lambda line: line.points_milli)
    worst = min(lines, key=lambda line: line.points_milli)
    return (
        f"Most points come from “{titles.get(best.source, best.source)}: {best.label}” "
        f"({best.points:+.0f}), fewest from “{titles.get(worst.source, worst.source)}: "
        f"{worst.label}” ({worst.points:+.0f})."
    )


def _factors(scored: Scored, policy: Policy, row: int) -> Iterator[dict[str, Any]]:
    points = {factor: values[row] for factor, values in factor_points(scored).items()}
    largest = max(abs(value) for value in points.values()) or 1
    for part in policy.rulebook.rules.factors:
        value = points[part.id]
        yield {
            "title": part.title.en,
            "points": f"{value:+.1f}" if part.id is Factor.CONNECTIONS else f"{value:+.0f}",
            "percent": round(max(value, 0) / largest * 100),
        }


def _door(decision: Decision, title: str) -> dict[str, str]:
    tone, mark, word = _VERDICTS[decision.outcome]
    deposit = f"{(decision.deposit_fen or 0) / 100:,.2f}"
    return {
        "title": title,
        "tone": tone,
        "mark": mark,
        "word": word.format(deposit),
        "why": decision.reason.en if decision.other_way else "",
        "other_way": decision.other_way.en if decision.other_way else "",
    }


def _receipt(
    receipt: tuple[Line, ...], policy: Policy, titles: dict[str, str]
) -> Iterator[dict[str, str]]:
    yield from (_plain(line) for line in receipt if line.item in {Item.START, Item.BASE})
    for part in policy.rulebook.rules.factors:
        mine = [line for line in receipt if line.factor == part.id]
        if mine:
            yield _row(part.title.en, sum(line.points for line in mine), kind="head")
        for line in mine:
            if line.item is Item.ATTRIBUTE:
                yield _row(f"{titles.get(line.source, line.source)}: {line.label}", line.points)
            elif line.item is Item.CONTACT:
                yield _row(f"Contact {line.source}", line.points)
    rest = {Item.LIMIT, Item.MISSING_TIES, Item.ROUNDING}
    yield from (_plain(line) for line in receipt if line.item in rest)
    yield _row(
        "Score", sum(line.points_milli for line in receipt) / MILLI, kind="sum", signed=False
    )


def _plain(line: Line) -> dict[str, str]:
    return _row(_PLAIN[line.item], line.points, signed=line.item is not Item.START)


def _row(text: str, points: float, *, kind: str = "", signed: bool = True) -> dict[str, str]:
    digits = 0 if float(points).is_integer() else 3
    tone = "" if not signed or kind else "gives" if points > 0 else "takes" if points < 0 else ""
    return {
        "text": text,
        "kind": kind,
        "tone": tone,
        "points": f"{points:{'+' if signed else ''}.{digits}f}",
    }


def _spiral(spiral: Spiral, policy: Policy) -> dict[str, Any]:
    before, after = spiral.before, spiral.after
    row = row_of(before.people, spiral.breaker)
    change = after.points - before.points
    others = np.delete(change, row)
    start = before.contacts.start
    circle = before.contacts.contact[start[row] : start[row + np.uint64(1)]]
    touched = int((np.abs(others) >= 0.05).sum())
    fall = float(after.own[row] - before.own[row])
    return {
        "story": (
            f"{spiral.breaker} leaves a damaged tool unpaid. The own points fall by {-fall:.0f}; "
            f"{len(circle)} contacts feel it at once, {touched} people by a twentieth of a point "
            "or more, and the rest of the town not at all."
        ),
        "rows": [
            _moved(before, after, at) for at in [row, *sorted(circle, key=lambda j: change[j])[:5]]
        ],
        "bound": _bound(spiral, policy, float(-others.sum()), -fall),
    }


def _moved(before: Scored, after: Scored, at: int) -> dict[str, str]:
    return {
        "who": str(before.people[int(at)]),
        "before": f"{350 + before.points[at]:.1f}",
        "after": f"{350 + after.points[at]:.1f}",
        "change": f"{after.points[at] - before.points[at]:+.1f}",
    }


def _bound(spiral: Spiral, policy: Policy, lost: float, fall: float) -> str:
    friends = policy.rulebook.rules.friends
    most = friends.weight * spiral.tie_sum * fall / ((1 - friends.weight) * friends.capacity)
    return (
        f"All others together lost {lost:.1f} points. The rulebook bounds it: no more than "
        f"{most:.1f} (weight × sum of ties × fall / ((1 − weight) × capacity))."
    )
