"""The papers in docs/law follow from the rulebook: regenerated, they are the same."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from zhima.cli.papers.command import Paper, render
from zhima.cli.papers.facts import facts

LAW = Path(__file__).parents[2] / "docs" / "law"
AS_OF = date(2026, 11, 1)


@pytest.mark.parametrize("paper", Paper)
def test_a_committed_paper_is_what_the_rulebook_says(paper: Paper) -> None:
    written = (LAW / f"{paper}.md").read_text(encoding="utf-8")
    assert written == render(paper, facts("open", as_of=AS_OF)), (
        f"zhima rulebook paper {paper} open --as-of {AS_OF} -o docs/law/{paper}.md"
    )


@pytest.mark.parametrize("name", ["gdpr", "zhima-2018"])
@pytest.mark.parametrize("paper", Paper)
def test_every_rulebook_has_its_papers(paper: Paper, name: str) -> None:
    text = render(paper, facts(name, as_of=AS_OF, measured={"auc": 0.78}))
    assert f"`{facts(name, as_of=AS_OF).loaded.name}`" in text or paper is Paper.DATA_SHEET


CITING = (LAW / "duties.md", LAW.parent / "threats.md", LAW / "impact-assessment.md")
CITED = re.compile(r"`(tests/[\w/.-]+)(?:::(\w+))?`")


THREATS = LAW.parent / "threats.md"


def test_every_threat_names_what_covers_it() -> None:
    rows = re.findall(
        r"^\| ([STRIDE]) \|(.+)\|$", THREATS.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {letter for letter, _ in rows} == set("STRIDE")
    uncovered = [row for _, row in rows if not CITED.search(row) and "`pyproject.toml`" not in row]
    assert not uncovered


@pytest.mark.parametrize("paper", CITING, ids=lambda path: path.name)
def test_every_test_that_a_paper_names_exists(paper: Path) -> None:
    cited = CITED.findall(paper.read_text(encoding="utf-8"))
    assert cited
    for name, test in cited:
        path = LAW.parents[1] / name
        assert path.exists(), name
        assert not test or f"def {test}(" in path.read_text(encoding="utf-8"), (name, test)
