"""Who works in an office is said by one command."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.city_books import resident
from zhima.city.console.management.commands.appoint import OFFICES
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")


def say(*words: str) -> str:
    out = StringIO()
    call_command("appoint", *words, stdout=out)
    return out.getvalue().strip()


def as_found(name: str) -> Person:
    # Django keeps the permissions of a person that was asked once.
    return Person.objects.get(username=name)


@pytest.mark.parametrize("word", OFFICES)
def test_an_office_is_given_and_taken(word: str) -> None:
    resident("Dora")
    office = OFFICES[word]
    assert not office.is_held_by(as_found("dora"))
    assert say("Dora", word) == f"{office.group}: dora"
    assert office.is_held_by(as_found("dora"))
    others = [each for each in OFFICES.values() if each is not office]
    assert not any(each.is_held_by(as_found("dora")) for each in others)
    assert as_found("dora").is_staff is office.is_in_console
    assert say("dora", word, "--dismiss") == f"{office.group}: nobody"
    assert not office.is_held_by(as_found("dora"))
    assert not as_found("dora").is_staff


def test_the_operators_pages_stay_open_as_long_as_one_office_needs_them() -> None:
    resident("Dora")
    for word in ("overrides", "rulebooks", "appeals"):
        say("dora", word)
    say("dora", "overrides", "--dismiss")
    assert as_found("dora").is_staff
    say("dora", "rulebooks", "--dismiss")
    assert not as_found("dora").is_staff


def test_whoever_left_holds_no_office() -> None:
    resident("Dora")
    say("dora", "appeals")
    Person.objects.filter(username="dora").update(is_active=False)
    assert not OFFICES["appeals"].is_held_by(as_found("dora"))


def test_nobody_is_appointed_by_a_wrong_name() -> None:
    with pytest.raises(CommandError, match="nobody has the log-in name 'nemo'"):
        say("nemo", "appeals")
    with pytest.raises(CommandError, match="invalid choice: 'throne'"):
        say("nemo", "throne")
