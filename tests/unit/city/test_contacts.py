"""Contacts by mutual consent, told as little tables: who wishes what of whom, and what comes of it."""

from __future__ import annotations

import pytest

from tests.city_books import resident
from zhima.city.people import contacts
from zhima.city.people.contacts import Step
from zhima.city.people.models import Tie
from zhima.city.people.views import STEPS

pytestmark = pytest.mark.usefixtures("city")

STORIES = {
    "consent takes two": """
        ana ask bo     | asked
        ana ask bo     | already
        bo agree ana   | agreed
        bo agree ana   | nothing_asked
        ana ask bo     | already
    """,
    "asking back is agreeing": """
        ana ask bo     | asked
        bo ask ana     | agreed
    """,
    "the asker cannot agree for the other": """
        ana ask bo     | asked
        ana agree bo   | nothing_asked
        bo decline ana | declined
        bo agree ana   | nothing_asked
        ana ask bo     | asked
    """,
    "either ends it, alone": """
        ana ask bo     | asked
        bo agree ana   | agreed
        bo end ana     | ended
        ana end bo     | already
        ana ask bo     | asked
    """,
    "a block ends the tie and stands against asking": """
        ana ask bo     | asked
        bo agree ana   | agreed
        bo block ana   | blocked
        bo block ana   | already
        ana ask bo     | not_possible
        bo ask ana     | not_possible
        bo unblock ana | unblocked
        bo unblock ana | already
        ana ask bo     | asked
    """,
    "nobody is their own contact": """
        ana ask ana    | not_oneself
        ana block ana  | not_oneself
    """,
}


def lines(story: str) -> list[tuple[str, str, str, str]]:
    rows = [row.split("|") for row in story.strip().splitlines()]
    return [(*wish.split(), outcome.strip()) for wish, outcome in rows]


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_stories(story: str) -> None:
    people = {"ana": resident("Ana"), "bo": resident("Bo")}
    for who, wish, whom, outcome in lines(story):
        step = STEPS[wish](person=people[who], other=people[whom])
        assert (who, wish, whom, step) == (who, wish, whom, outcome)


def test_every_step_is_told_in_a_story() -> None:
    told = {outcome for story in STORIES.values() for *_, outcome in lines(story)}
    assert told == set(Step)


def test_a_tie_is_seen_alike_from_both_sides_and_its_history_stays() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    contacts.ask(person=ana, other=bo)
    assert list(contacts.askers_of(bo)) == [ana]
    assert list(contacts.asked_by(ana)) == [bo]
    contacts.agree(person=bo, other=ana)
    assert list(contacts.contacts_of(ana)) == [bo]
    assert list(contacts.contacts_of(bo)) == [ana]
    contacts.end(person=ana, other=bo)
    contacts.ask(person=bo, other=ana)
    assert list(contacts.contacts_of(ana)) == []
    assert Tie.objects.count() == 2
