"""G4, complete: a mark in every table that can hold something about a person is in her archive, and
after she has left it is gone, or a reason stands for its staying.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.archives import files_of
from tests.city_books import resident
from tests.city_scores import new_scorer, opt_in, settle
from tests.marked_rows import Planted
from zhima.city.mydata import erasure, leaving, scope
from zhima.city.mydata.words import TITLES
from zhima.city.people.models import Person
from zhima.city.scoring.models import Event, Lease
from zhima.city.wallet.books import purse

pytestmark = pytest.mark.usefixtures("city")
HOPS = 4


@pytest.fixture
def ana() -> Person:
    return resident("Ana")


def planted_for(person: Person) -> Planted:
    planted = Planted(person)
    for model, links in scope.tables():
        if model is not Person:
            for link in links:
                if link != "memberships__person":
                    planted.plant(model, link)
    event = Event.objects.filter(person_id=person.pk).latest("seq")
    by_text = {
        "pay.bankmove": {"account_id": purse(person)},
        "scoring.suspension": {"event_id": event.event_id},
    }
    assert by_text.keys() == scope.BY_TEXT.keys()
    for label, text in by_text.items():
        planted.plant_by_text(label, apps.get_model(label), **text)
    return planted


def test_every_mark_is_in_the_archive_in_its_table(ana: Person) -> None:
    planted = planted_for(ana)
    files = files_of(ana)
    missing = {
        label: lost
        for label, marks in planted.marks.items()
        if (lost := {mark for mark in marks if mark not in files[f"data/{label}.json"].decode()})
    }
    assert not missing
    assert planted.marks.keys() >= {m._meta.label_lower for m, _ in scope.tables()} - {
        "people.person", "chat.conversation", *scope.BY_TEXT
    }  # fmt: skip


def test_a_mark_of_somebody_else_is_not_in_it(ana: Person) -> None:
    planted = planted_for(resident("Bo"))
    everything = b"".join(files_of(ana).values()).decode(errors="replace")
    assert not {m for marks in planted.marks.values() for m in marks if m in everything}


def test_nothing_that_opens_a_door_is_in_it(ana: Person) -> None:
    planted_for(ana)
    files = files_of(ana)
    tables = [name for name in files if name.startswith("data/") and name.endswith(".json")]
    assert tables
    for name in tables:
        assert not set(json.loads(files[name])[0]) & scope.HIDDEN_FIELDS, name


def leads_to_people(model: type[models.Model], hops: int = HOPS) -> bool:
    return any(
        field.is_relation
        and (
            field.related_model is Person
            or (hops and leads_to_people(field.related_model, hops - 1))
        )
        for field in model._meta.concrete_fields
    )


def test_every_table_that_leads_to_a_person_is_covered_or_left_out_with_a_reason() -> None:
    """Over as many tables as it takes: a new one fails here until it is one or the other."""
    covered = {model._meta.label_lower for model, _ in scope.tables()} | set(scope.LEFT_OUT)
    found = {m._meta.label_lower for m in apps.get_models() if leads_to_people(m)}
    assert found <= covered


NAMED_BY_TEXT = {"account_id", "event_id", "person_id", "owner_id", "payer_id", "holder_id"}


def test_every_table_that_names_somebody_by_a_text_is_covered() -> None:
    covered = {model._meta.label_lower for model, _ in scope.tables()} | set(scope.LEFT_OUT)
    found = {
        model._meta.label_lower
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name in NAMED_BY_TEXT
    }
    assert found <= covered


def left_over(planted: Planted) -> Iterator[str]:
    for model, _ in scope.tables():
        label = model._meta.label_lower
        rows = json.dumps(list(model._base_manager.values()), default=str)
        if any(mark in rows for mark in planted.marks.get(label, ())):
            yield label


@pytest.mark.parametrize("was_scored", [True, False])
def test_who_leaves_leaves_nothing_but_what_a_reason_keeps(
    ana: Person, django_capture_on_commit_callbacks, was_scored: bool
) -> None:
    opt_in(ana)
    if was_scored:
        settle(new_scorer())
        Lease.objects.all().delete()
    planted = planted_for(ana)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(ana)
    settle(new_scorer())
    stays = set(left_over(planted))
    at_once = {"scoring.event", "scoring.score"}
    assert stays <= set(erasure.STAYS) - at_once
    assert all(erasure.STAYS.values())
    for model, links in scope.tables():
        if model._meta.label_lower not in erasure.STAYS:
            assert not scope.rows_about(ana, model, links).exists(), model


def test_no_reason_is_left_over() -> None:
    assert set(erasure.STAYS) <= {model._meta.label_lower for model, _ in scope.tables()}
    installed = {model._meta.label_lower for model in apps.get_models()}
    assert set(scope.LEFT_OUT) | set(scope.LINKS) <= installed
    assert all(scope.LEFT_OUT.values())


def test_every_table_is_said_in_words() -> None:
    tables = {model._meta.label_lower for model, _ in scope.tables()}
    assert set(TITLES) == tables | {"wallet.entries", "disclosure.who_looked"}
