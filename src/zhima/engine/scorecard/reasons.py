"""Reason codes: what cost a person the most points, in plain sentences.

Ranked by points actually lost against the best cell of each item, as the law of adverse action
asks (12 CFR 1002.9, comment 9(b)(2)): specific, and in the order of their weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhima.engine.kinds import Text
from zhima.engine.scorecard.apply import apply_one, item_labels
from zhima.engine.scorecard.card import Card, Item, Pair


@dataclass(frozen=True, slots=True)
class Reason:
    """One item that cost points."""

    item: str
    label: str
    points_lost: int
    best_label: str
    text: Text


def reasons(
    card: Card,
    values: Mapping[str, Any],
    *,
    limit: int = 4,
    reference: Mapping[str, int] | None = None,
) -> list[Reason]:
    """The items that lose most against their best cell, or against `reference` points.

    At most `limit`, the costliest first; an item at its best gives no reason.
    """
    found = []
    for item, (name, label, points) in zip(card.items(), apply_one(card, values), strict=True):
        best_label, best = _best(item)
        lost = (reference or {}).get(name, best) - points
        if lost > 0:
            sentence = _sentence(item, label, lost, best_label)
            found.append(Reason(name, label, lost, best_label, sentence))
    return sorted(found, key=lambda reason: (-reason.points_lost, reason.item))[:limit]


def _best(item: Item) -> tuple[str, int]:
    label, points = max(zip(item_labels(item), item.cells(), strict=True), key=lambda cell: cell[1])
    return label, points


def _sentence(item: Item, label: str, lost: int, best: str) -> Text:
    unit = "point" if lost == 1 else "points"
    if label == "missing":
        return Text(
            en=f"{_words(item.name)} is not known; this costs {lost} {unit}.",
            zh=f"缺少“{item.name}”的信息，减少{lost}分。",
        )
    if isinstance(item, Pair):
        return Text(
            en=f"{_words(item.name)} together ({label}) cost {lost} {unit}; best: {best}.",
            zh=f"“{item.name}”的组合（{_zh(label)}）减少{lost}分；最佳为{_zh(best)}。",
        )
    return Text(
        en=f"{_words(item.name)} is {label}; this costs {lost} {unit} against {best}.",
        zh=f"“{item.name}”为{_zh(label)}，与{_zh(best)}相比减少{lost}分。",
    )


def _words(name: str) -> str:
    plain = name.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def _zh(label: str) -> str:
    if " and " in label:
        return "且".join(_zh(part) for part in label.split(" and "))
    if label.startswith("below "):
        return f"{label[6:]}以下"
    if label.endswith(" or more"):
        return f"{label[:-8]}及以上"
    fixed = {"missing": "缺失", "other": "其他", "any number": "任意数值"}
    return fixed.get(label, label.replace(" to ", "至").replace("code ", "代码"))
