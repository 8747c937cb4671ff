"""Rules in words: what a person reads where a score, a decision or a reading keeps `id#hash`."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from zhima.city import clock
from zhima.city.scoring.models import RulebookInForce
from zhima.city.scoring.naming import named, newest, title_of, version
from zhima.engine.rulebook.load import SHIPPED, load

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def open_now() -> str:
    return load("open", as_of=clock.now().date()).name


@pytest.mark.parametrize(
    ("part", "english", "chinese"),
    [
        ("", "Open rulebook", "开放规则"),
        (
            " car from 650",
            "Open rulebook: Rent a car without deposit, the rule from 650 on",
            "开放规则: 免押租车，650 分起适用的规则",
        ),
        (" places by score", "Open rulebook: places go to the highest score", None),
        (" sky from 650", "Open rulebook: sky, the rule from 650 on", None),
        (" whatever else", "Open rulebook: whatever else", None),
    ],
)
def test_a_rule_is_its_title_and_the_part_that_applied(open_now, part, english, chinese) -> None:
    rule = f"{open_now}{part}"
    said = named(rule)
    assert (said.words, said.reference) == (english, rule)
    assert said.rulebook == tuple(open_now.split("#"))
    with translation.override("zh-hans"):
        assert chinese is None or named(rule).words == chinese


@pytest.mark.parametrize(
    ("rule", "words", "reference"),
    [
        ("override 7f", "An exception, agreed to by two operators", "7f"),
        ("override.begun 7f", "An exception, agreed to by two operators", "7f"),
        ("yearly statement 2026", "The yearly statement of benefits, which names nobody", "2026"),
        (
            "oversight of a chain case 17",
            "Oversight: an operator looks at what one fall did",
            "case 17",
        ),
        ("Road Traffic Act, section 5", "Road Traffic Act, section 5", ""),
    ],
)
def test_a_rule_of_no_rulebook(rule: str, words: str, reference: str) -> None:
    said = named(rule)
    assert (said.words, said.reference, said.rulebook) == (words, reference, None)


def test_an_earlier_wording_is_found_by_its_hash(open_now) -> None:
    first, last = version("open", ""), newest("open")
    assert first.sha256 != last.sha256
    assert version("open", first.sha256[:12]).rules.as_of == first.rules.as_of
    assert open_now == last.name
    assert version("open", "0" * 12) is None
    assert newest("moon") is None


def test_a_rulebook_from_a_file_has_its_title_and_a_lost_one_its_id(tmp_path) -> None:
    own = tmp_path / "ours.yaml"
    text = (SHIPPED / "gdpr.yaml").read_text(encoding="utf-8").replace("id: gdpr", "id: ours")
    for name in ("cards/", "features.yaml"):
        text = text.replace(f": {name}", f": {SHIPPED}/{name}")
    own.write_text(text.replace("title: {en: ", "title: {en: Our own ", 1), encoding="utf-8")
    for name in (str(own), str(tmp_path / "gone.yaml")):
        RulebookInForce.objects.create(name=name, drafted_at=clock.now())
    assert title_of(str(own)).startswith("Our own ")
    assert title_of("ours#000000000000").startswith("Our own ")
    assert title_of("gone#000000000000") == "gone#000000000000"


def test_a_page_shows_words_and_links_the_id(open_now) -> None:
    shown = Template("{% load rules %}{% rule said %}").render(Context({"said": open_now}))
    rulebook_id, sha = open_now.split("#")
    assert f'href="/score/rulebook/{rulebook_id}/{sha}/"' in shown
    assert shown.startswith('<span class="rule">Open rulebook <a class="rule-id"')
    hostile = Template("{% load rules %}{% rule said %}").render(Context({"said": "<b>x"}))
    assert "<b>" not in hostile
