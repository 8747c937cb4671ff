"""A catalogue says what is wrong with it, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhima.engine.features.declaration import load_catalogue
from zhima.engine.kinds import Factor, ZhimaError

GOOD = """features:
  - id: bills_late
    title: {en: Late bills, zh: 逾期账单}
    factor: credit_history
    direction: decreasing
    purpose: bills
    retention_days: 700
    measure: {aggregate: count, kinds: [bill.paid], where: {days_late: {min: 1}}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "features.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("bill.paid", "chat.sent", 8, "chat is never an input"),
        ("bill.paid", "bill.payd", 8, "not in the vocabulary"),
        ("days_late:", "religion:", 8, "religion is never an input"),
        ("days_late:", "mood:", 8, "no field of events"),
        ("{min: 1}", "late", 8, "tested by a range"),
        ("id: bills_late", "id: health_index", 2, "medical is never an input"),
        ("purpose: bills", "purpose: politics", 6, "may never be an input"),
        ("purpose: bills", "purpose: marketing", 6, "does not exist"),
        ("700", "3650", 2, "they lapse after 1825"),
        ("count,", "sum,", 8, "needs of"),
        ("count,", "sum, of: channel,", 8, "cannot be taken of 'channel'"),
        ("count,", "share,", 8, "needs part"),
        ("credit_history", "looks", 4, "features.0.factor"),
        ("    measure", "    recipe", 8, "recipe"),
    ],
)
def test_a_bad_declaration_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ZhimaError, match=reason) as caught:
        load_catalogue(path)
    assert f"{path}:{line}: " in str(caught.value)


def test_a_feature_declared_twice(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + GOOD.removeprefix("features:\n"))
    with pytest.raises(ZhimaError, match=r":9: feature bills_late is declared twice"):
        load_catalogue(path)


def test_the_shipped_catalogue_is_large_enough_and_serves_every_own_factor() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.ids) >= 40
    assert {feature.factor for feature in catalogue.features} == set(Factor) - {Factor.CONNECTIONS}


def test_a_rulebook_admits_purposes_and_shortens_what_is_held_against_people() -> None:
    admitted = load_catalogue().under(purposes={"bills"}, adverse_lapse_days=400)
    assert {feature.purpose for feature in admitted.features} == {"bills"}
    kept = {feature.id: feature.retention_days for feature in admitted.features}
    assert kept["bills_missed_90d"] == 400
    assert kept["bills_paid_365d"] == 1825
    with pytest.raises(ZhimaError, match="no feature"):
        load_catalogue().under(purposes={"nothing"}, adverse_lapse_days=400)
