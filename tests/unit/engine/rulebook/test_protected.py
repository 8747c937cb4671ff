"""How columns that tell of protected grounds are known by their names and values."""

from __future__ import annotations

import pytest

from zhima.engine.rulebook.never import forbidden_input
from zhima.engine.rulebook.protected import grounds, protected_grounds


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("SEX", {"sex"}),
        ("code_gender", {"sex"}),
        ("customerSex2", {"sex"}),
        ("Geschlecht", {"sex"}),
        ("客户性别", {"sex"}),
        ("personal_status_sex", {"sex", "family"}),
        ("Essex_branch", set()),
        ("AGE", {"age"}),
        ("age_in_years", {"age"}),
        ("yearOfBirth", {"age"}),
        ("Alter", {"age"}),
        ("出生日期", {"age"}),
        ("account_age_months", set()),
        ("wage", set()),
        ("percentage", set()),
        ("MARRIAGE", {"family"}),
        ("Familienstand", {"family"}),
        ("婚姻状况", {"family"}),
        ("foreign_worker", {"nationality"}),
        ("Staatsangehörigkeit", {"nationality"}),
        ("Staatsangeho\u0308rigkeit", {"nationality"}),
        ("国籍", {"nationality"}),
        ("foreign_currency", set()),
        ("public assistance", {"assistance"}),
        ("income", set()),
        ("", set()),
    ],
)
def test_a_name_tells_its_grounds(name: str, found: set[str]) -> None:
    assert set(protected_grounds(name)) == found


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        (("male : single", "female : div"), {"sex"}),
        (("ledig", "verheiratet"), {"family"}),
        (("女", "男"), {"sex"}),
        (("女装", "男装"), set()),
        (("Manchester", "Mannheim"), set()),
        ((), set()),
    ],
)
def test_levels_tell_what_a_name_hides(levels: tuple[str, ...], found: set[str]) -> None:
    assert set(protected_grounds("x7", levels)) == found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("race", "origin"),
        ("applicantEthnicity", "origin"),
        ("民族", "origin"),
        ("宗教信仰", "religion"),
        ("Konfession", "religion"),
        ("disability", "medical"),
        ("surface_m2", None),
        ("traces", None),
    ],
)
def test_what_no_rulebook_admits_is_known_in_three_languages(
    name: str, content: str | None
) -> None:
    assert forbidden_input(name) == content


@pytest.mark.parametrize("ground", sorted(grounds()))
def test_every_ground_names_a_law_and_is_found_by_its_words(ground: str) -> None:
    assert any(sign.isdigit() for sign in grounds()[ground].law)
    for word in grounds()[ground].words:
        assert ground in protected_grounds(word), word
    for level in grounds()[ground].levels:
        assert ground in protected_grounds("x", [level]), level
