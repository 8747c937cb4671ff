"""Every sentence of the city has its Chinese one, and no Chinese one is left over."""

from __future__ import annotations

import re
from collections import defaultdict

from babel.messages.pofile import read_po

from tests.tidy.wording import CITY, sentences

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def chinese() -> dict[str, str]:
    said: dict[str, str] = {}
    for path in sorted(CITY.rglob("locale/zh_Hans/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                if message.id and not message.fuzzy:
                    words = message.id if isinstance(message.id, tuple) else (message.id,)
                    said |= {word: str(message.string) for word in words}
    return said


def test_every_sentence_is_said_in_chinese() -> None:
    translated = chinese()
    assert not {
        f"{where}: {said}" for said, where in sentences().items() if not translated.get(said)
    }


def test_a_sentence_is_said_one_way_in_every_room() -> None:
    """The rooms' catalogues are merged: of two translations the reader would get either."""
    said: dict[object, set[object]] = defaultdict(set)
    for path in CITY.rglob("locale/zh_Hans/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                said[message.context, message.id].add(message.string)
    assert not {english: ways for english, ways in said.items() if english[1] and len(ways) > 1}


def test_nothing_is_left_over() -> None:
    assert set(chinese()) <= set(sentences())


def test_placeholders_survive_translation() -> None:
    torn = {
        english
        for english, said in chinese().items()
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(said))
    }
    assert not torn
