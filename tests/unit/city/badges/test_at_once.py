"""A badge that is asked for at the moment at which the score falls."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.city_books import resident
from tests.given_scores import stand_at
from tests.races import at_once
from tests.scored import a_badge
from zhima.city.badges.issuing import BATCHES_A_DAY, NoBadge
from zhima.city.badges.models import Batch
from zhima.city.people.models import Person
from zhima.city.scoring.models import Standing
from zhima.city.scoring.signals import published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]
ROUNDS = 6


def falls(person: Person, *, to: int) -> str:
    """As the scorer writes it: the standing, then whoever hears of it, then the commit."""
    with transaction.atomic():
        Standing.objects.filter(person_id=person.pk).update(score=to)
        stand_at(person, to)
        published.send(sender=None, moves=[(person.pk, 660, to, "day")])
    return "fell"


def asks(person: Person) -> str:
    try:
        a_badge(person, 650)
    except NoBadge as refused:
        return str(refused.reason)
    return "made"


def test_it_ends_at_once_or_is_not_made() -> None:
    for number in range(ROUNDS):
        person = resident(f"Person {number}")
        stand_at(person, 660)
        at_once(lambda who=person: falls(who, to=640), lambda who=person: asks(who))
        assert not Batch.objects.filter(revoked_at=None, at_least=650).exists()


def test_as_many_as_a_day_allows_however_many_are_asked_for_at_once() -> None:
    person = resident("Ana")
    stand_at(person, 660)
    found = at_once(*[lambda: asks(person)] * (BATCHES_A_DAY + 3))
    assert found == {"made": BATCHES_A_DAY, "too_often": 3}
