"""Giving, revoking and running out of consent."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from tests.city_books import resident
from zhima.city import clock
from zhima.city.consent import grants, signals
from zhima.city.consent.grants import BadGrant, NoSuchGrant, NotGivable
from zhima.city.consent.models import Grant
from zhima.city.consent.purposes import named, purpose
from zhima.engine.features.declaration import Purpose

pytestmark = pytest.mark.usefixtures("city")

CAR = {"recipient": "app:car", "purpose": "door:car", "fields": ["outcome", "deposit"]}


def in_days(days: float):
    return clock.now() + timedelta(days=days)


def live(person, **more):
    asked = {"recipient": CAR["recipient"], "purpose": CAR["purpose"], **more}
    return grants.live(person_id=person.pk, **asked)


def test_nothing_is_granted_until_it_is_given_and_nothing_else_is_then() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    assert live(ana) is None
    given = grants.give(person=ana, until=in_days(30), **CAR)
    assert live(ana) == given
    assert live(bo) is None
    assert live(ana, recipient="app:bike") is None
    assert live(ana, purpose="door:bike") is None


def test_a_grant_ends_on_its_day_and_when_it_is_revoked() -> None:
    ana = resident("Ana")
    given = grants.give(person=ana, until=in_days(30), **CAR)
    assert live(ana, at=given.until - timedelta(seconds=1)) == given
    assert live(ana, at=given.until) is None
    assert live(ana, at=given.given_at - timedelta(seconds=1)) is None
    revoked = grants.revoke(person=ana, grant_id=given.pk)
    assert live(ana) is None
    assert live(ana, at=revoked.given_at) == given, "history says what held then"
    assert grants.revoke(person=ana, grant_id=given.pk).revoked_at == revoked.revoked_at


def test_nobody_revokes_for_another() -> None:
    ana, bo = resident("Ana"), resident("Bo")
    given = grants.give(person=ana, until=in_days(30), **CAR)
    for person, grant_id in ((bo, given.pk), (ana, uuid4())):
        with pytest.raises(NoSuchGrant):
            grants.revoke(person=person, grant_id=grant_id)
    assert live(ana) == given


def test_giving_again_replaces_and_history_keeps_both() -> None:
    ana = resident("Ana")
    first = grants.give(person=ana, until=in_days(30), **CAR)
    second = grants.give(person=ana, until=in_days(60), **{**CAR, "fields": ["outcome"]})
    assert live(ana) == second
    assert list(grants.of_person(ana)) == [second, Grant.objects.get(pk=first.pk)]
    grants.revoke(person=ana, grant_id=second.pk)
    assert live(ana) is None, "the earlier one does not come back"


def test_what_ran_out_before_it_was_given_again_was_not_revoked() -> None:
    ana = resident("Ana")
    first = grants.give(person=ana, until=in_days(30), **CAR)
    with clock.pretending(clock.microseconds(first.until + timedelta(days=1))):
        second = grants.give(person=ana, until=in_days(30), **CAR)
        assert live(ana) == second
    assert Grant.objects.get(pk=first.pk).revoked_at is None


BAD = {
    NotGivable.BAD_RECIPIENT: {"recipient": "everybody"},
    NotGivable.UNKNOWN_PURPOSE: {"purpose": "marketing"},
    NotGivable.NO_FIELDS: {"fields": []},
    NotGivable.UNKNOWN_FIELD: {"fields": ["score"]},
    NotGivable.ALREADY_OVER: {"until": timedelta(0)},
    NotGivable.TOO_LONG: {"until": timedelta(days=400)},
}


@pytest.mark.parametrize("reason", NotGivable)
def test_every_grant_that_cannot_be_given_says_why(reason: NotGivable) -> None:
    ana = resident("Ana")
    bad = dict(BAD[reason])
    until = clock.now() + bad.pop("until", timedelta(days=30))
    with pytest.raises(BadGrant) as refused:
        grants.give(person=ana, until=until, **{**CAR, **bad})
    assert refused.value.reason is reason
    assert not Grant.objects.exists()


def test_other_rooms_hear_of_each_change_in_its_transaction() -> None:
    ana, said = resident("Ana"), []

    def hear(recipient: str, purpose: str, **_: object) -> None:
        said.append((recipient, purpose))

    signals.changed.connect(hear)
    try:
        given = grants.give(person=ana, until=in_days(30), **CAR)
        grants.revoke(person=ana, grant_id=given.pk)
        grants.revoke(person=ana, grant_id=given.pk)
        short = grants.give(person=ana, until=in_days(1), **CAR)
        assert said == [("app:car", "door:car")] * 3
        over = clock.microseconds(short.until)
        with clock.pretending(over):
            assert grants.tell_what_ran_out() == 1
            assert grants.tell_what_ran_out() == 0
        assert len(said) == 4
    finally:
        signals.changed.disconnect(hear)


def test_evidence_is_granted_by_kinds_of_event() -> None:
    ana = resident("Ana")
    grants.give(
        person=ana,
        recipient="app:doctor",
        purpose="agreements",
        fields=["booking.missed"],
        until=in_days(30),
    )
    for unknown in ("*", "booking.dreamt", "booking", ""):
        with pytest.raises(BadGrant) as refused:
            grants.give(
                person=ana,
                recipient="app:doctor",
                purpose="agreements",
                fields=["booking.missed", unknown],
                until=in_days(1),
            )
        assert refused.value.reason is NotGivable.UNKNOWN_FIELD


def test_every_purpose_of_a_feature_can_be_granted() -> None:
    assert {str(each) for each in Purpose} <= {n for n in named() if purpose(n).is_evidence}
    assert purpose("door:Car!") is None


def test_opting_in_is_a_grant_like_any_other() -> None:
    ana = resident("Ana")
    assert not grants.opted_in(person_id=ana.pk)
    given = grants.give(
        person=ana, recipient="score", purpose="score", fields=["score"], until=in_days(365)
    )
    assert grants.opted_in(person_id=ana.pk)
    grants.revoke(person=ana, grant_id=given.pk)
    assert not grants.opted_in(person_id=ana.pk)


def test_a_door_is_said_in_the_words_of_the_rulebook() -> None:
    said = purpose("door:car").word
    with translation.override("en"):
        assert str(said) == "Rent a car without deposit"
    with translation.override("zh-hans"):
        assert str(said) == "免押租车"
    assert str(purpose("door:castle").word) == "castle"
