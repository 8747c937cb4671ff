"""A judgement as tables that people read: who gains and loses, which doors move, and a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhima.city.oversight.histograms import bars_of
from zhima.city.people.models import IdentityLevel
from zhima.engine.rulebook.model import Rulebook, Title


def tables(record: Mapping[str, Any], rules: Sequence[Rulebook]) -> dict[str, object]:
    """The tables of a `Judgement.as_record()`, with the titles of the rulebooks it compared.

    What a rulebook no longer names stands under its id.
    """
    bands = {band.id: band.title for each in reversed(rules) for band in each.bands}
    doors = {door.id: door.title for each in reversed(rules) for door in each.doors}
    return {
        "bands": [(_titled(bands, part["name"]), part) for part in record["bands"]],
        "groups": [(IdentityLevel(int(part["name"])).label, part) for part in record["groups"]],
        "doors": [(_titled(doors, door), *counts) for door, *counts in record["doors"]],
        "bars": list(bars_of(record["histogram"])),
    }


def _titled(titles: Mapping[str, Title], known_as: str) -> Title:
    return titles.get(known_as) or Title(en=known_as, zh=known_as)
