"""Cards on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import card_file
from zhima.engine.scorecard.card import Card, CategoricalAttribute

TEXT = """\
format: zhima-card/1
name: tools
target: late
base_points: 300
attributes:
- feature: age
  kind: numeric
  direction: increasing
  edges: [25, 40.5]
  points: [-10, 0, 12]
  special: {99: -3}
  missing: -1
- feature: kind
  kind: categorical
  points: {drill: 4, saw: -4}
  other: 0
  missing: -2
pairs:
- name: age × kind
  first: {feature: age, kind: numeric, edges: [30]}
  second: {feature: kind, kind: categorical, levels: [saw]}
  points: [[0, 1, 2], [3, 4, 5], [0, 0, 0]]
"""


def read(text: str, folder: Path) -> Card:
    path = folder / "tools.yaml"
    path.write_text(text, encoding="utf-8")
    return card_file.load(path)


def test_a_card_survives_the_file(tmp_path: Path) -> None:
    card = read(TEXT, tmp_path)
    card_file.save(card, tmp_path / "card.yaml")
    again = card_file.load(tmp_path / "card.yaml")
    assert again == card
    assert again.sha256 == card.sha256


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("[25, 40.5]", "[40.5, 25]", 6, "ascend"),
        ("[-10, 0, 12]", "[-10, 0]", 6, "3 bins, but 2 points"),
        ("[-10, 0, 12]", "[-10, 0, -12]", 6, "declared increasing"),
        ("[-10, 0, 12]", "[-10, 0, 1.5]", 10, "valid integer"),
        ("direction: increasing", "direction: up", 8, "increasing"),
        ("[0, 0, 0]", "[0, 0]", 19, "3 rows of 3"),
        ("name: age × kind", "name: age", 1, "repeat age"),
        ("base_points: 300", "base_points: yes", 4, "valid integer"),
        ("base_points: 300", "base_points: 3000000000", 4, "less than or equal to 1000000"),
        ("missing: -2", "missing: -2\n  colour: red", 18, "is not known here"),
        ("target: late", "target: [late", 4, "expected"),
    ],
)
def test_a_bad_card_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in TEXT
    with pytest.raises(ZhimaError, match=reason) as refused:
        read(TEXT.replace(old, new), tmp_path)
    assert f"tools.yaml:{line}: " in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZhimaError, match=r"nothing\.yaml"):
        card_file.load(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    "level",
    [
        "\x85",
        "\u2028",
        "\ufeff",
        "\0",
        "\x7f",
        " ",
        "a\n\nb ",
        "\t",
        "y\n" * 3000,
        "a b " * 999,
        "🦊",
        "~",
    ],
)
def test_any_level_survives_the_file(tmp_path: Path, level: str) -> None:
    card = read(TEXT, tmp_path)
    odd = CategoricalAttribute(feature=level, points={level: 1, "": 2}, other=0, missing=0)
    odd_card = card.model_copy(update={"attributes": (*card.attributes, odd)})
    card_file.save(odd_card, tmp_path / "card.yaml")
    assert card_file.load(tmp_path / "card.yaml") == odd_card


def test_the_fingerprint_changes_with_any_point(tmp_path: Path) -> None:
    card = read(TEXT, tmp_path)
    assert card.sha256 != card.model_copy(update={"base_points": 301}).sha256


def test_features_are_listed_once(tmp_path: Path) -> None:
    card = read(TEXT, tmp_path)
    assert card.features() == ("age", "kind")
