"""Figures of a benchmark: a table with what is aimed at beside them, and the words that ask for it.

A goal speaks of the full size on a quiet machine: a short run shows it, and passes no judgement.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Goals = Mapping[str, tuple[str, float]]
"""Figure to `<`, `<=` or `>=` and the number to reach."""
_REACHED = {"<": float.__lt__, "<=": float.__le__, ">=": float.__ge__}


def show(figures: Mapping[str, float], goals: Goals, *, quick: bool) -> None:
    """One line a figure; its goal, and at full size whether it was missed."""
    for name, value in figures.items():
        digits = 0 if isinstance(value, int) else 1 if value >= 1_000 else 3
        print(f"  {name:<42}{value:>16,.{digits}f}{_beside(name, value, goals, quick)}", flush=True)


def _beside(name: str, value: float, goals: Goals, quick: bool) -> str:
    if name not in goals:
        return ""
    sign, goal = goals[name]
    missed = not _REACHED[sign](float(value), float(goal))
    told = " at full size" if quick else "   MISSED" if missed else ""
    return f"   goal {sign} {goal:,g}{told}"


def write(path: Path | None, found: Any) -> None:
    """What was found, as JSON, where it was asked for."""
    if path is not None:
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def writable(text: str) -> Path:
    """The type of `--json`: a file in a folder that is there, refused before anything is run."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"no file can be written at {text}")
    return path


def at_least_one(text: str) -> int:
    """The type of options that count: people, rows, rounds."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above nought")
    return int(text)
