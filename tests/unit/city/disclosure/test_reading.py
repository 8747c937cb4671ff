"""The one door to scores: who gets what on which ground, and what the log says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from tests.city_books import resident
from tests.scored import a_score, opt_in, published
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.disclosure import entries
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.grounds import MOST_A_DAY
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.reading import (
    Basis,
    Reader,
    Refusal,
    Refused,
    ask_door,
    score_of,
)
from zhima.engine.rulebook import Outcome

pytestmark = pytest.mark.usefixtures("city")

CARS = Reader("shop", "cars", "Lotus Cars")
PROFILE = {"purpose": "profile", "fields": ["band"]}


@pytest.fixture
def scores() -> Iterator[dict]:
    with published() as stored:
        yield stored


@pytest.fixture
def ana(scores):
    person = resident("Ana")
    opt_in(person)
    scores[person.pk] = a_score(660)
    return person


def grant(person, recipient="shop:cars", purpose="profile", fields=("band",), days=30) -> Grant:
    return grants.give(
        person=person,
        recipient=recipient,
        purpose=purpose,
        fields=fields,
        until=clock.now() + timedelta(days=days),
    )


def last_entry() -> Entry:
    return Entry.objects.latest("pk")


def test_a_granted_reading_gives_the_fields_and_writes_what_the_person_sees(ana) -> None:
    given = grant(ana, fields=["band", "interval"])
    assert score_of(reader=CARS, person=ana, **PROFILE) == {"band": "excellent"}
    (look,) = feed(ana)
    assert (look.reader_kind, look.reader_name) == ("shop", "Lotus Cars")
    assert (look.purpose, look.fields, look.refusal) == ("profile", ("band",), "")
    assert look.ground == f"grant:{given.pk}"


def test_the_body_names_nobody_and_commits_to_the_detail(ana) -> None:
    grant(ana)
    score_of(reader=CARS, person=ana, **PROFILE)
    entry = last_entry()
    body = bytes(entry.body)
    for private in ("Lotus", "cars", str(ana.pk), "band", "profile"):
        assert private.encode() not in body
    assert entries.opens(body, salt=bytes(entry.salt), detail=entry.detail)
    assert not entries.opens(body, salt=bytes(entry.salt), detail={**entry.detail, "fields": []})
    assert not entries.opens(body, salt=bytes(16), detail=entry.detail)


def test_a_door_answers_by_the_rulebook(ana, scores) -> None:
    grant(ana, purpose="door:car", fields=["outcome", "deposit"])
    assert ask_door(reader=CARS, person=ana, door_id="car").outcome is Outcome.OPEN
    scores[ana.pk] = a_score(640)
    asked = ask_door(reader=CARS, person=ana, door_id="car")
    assert (asked.outcome, asked.gap) == (Outcome.DEPOSIT, 10)
    assert [look.purpose for look in feed(ana)] == ["door:car", "door:car"]


def test_an_authority_reads_on_its_basis_and_may_be_sealed(ana) -> None:
    court = Reader("authority", "court-3", "District court")
    basis = Basis("tax law 12", "case 7/2026", ("wu", "li"))
    sealed_until = clock.now() + timedelta(days=90)
    score_of(reader=court, person=ana, basis=basis, sealed_until=sealed_until, **PROFILE)
    (look,) = feed(ana)
    assert (look.sealed_until, look.reader_name, look.fields) == (sealed_until, "", ())
    with clock.pretending(clock.microseconds(sealed_until)):
        (look,) = feed(ana)
        assert (look.reader_name, look.ground) == ("District court", "rule:tax law 12 case 7/2026")


def test_erasing_the_private_side_leaves_the_body(ana) -> None:
    grant(ana)
    score_of(reader=CARS, person=ana, **PROFILE)
    before = bytes(last_entry().body)
    ana.delete()
    entry = last_entry()
    assert entry.person_id is None
    assert bytes(entry.body) == before


def expired(ana):
    given = grant(ana, days=1)
    Grant.objects.filter(pk=given.pk).update(
        given_at=clock.now() - timedelta(days=2), until=clock.now() - timedelta(days=1)
    )
    return {"grant": given}


def forged(ana):
    return {"grant": Grant(id=uuid4(), person=ana, recipient="shop:cars", **PROFILE)}


def no_score(ana):
    grants.revoke(person=ana, grant_id=Grant.objects.get(recipient="score").pk)
    grant(ana)
    return {}


def unknown_door(ana):
    grant(ana, purpose="door:castle", fields=["outcome", "deposit"])
    return {}


def revoked(ana):
    return {"grant": grants.revoke(person=ana, grant_id=grant(ana).pk)}


def field_not_granted(ana):
    grant(ana)
    return {"fields": ["band", "score"]}


def too_often(ana):
    grant(ana)
    for _ in range(MOST_A_DAY):
        score_of(reader=CARS, person=ana, **PROFILE)
    return {}


CASES = {
    Refusal.TOO_OFTEN: too_often,
    Refusal.NO_GRANT: lambda ana: {},
    Refusal.FORGED_GRANT: forged,
    Refusal.GRANT_OF_ANOTHER: lambda ana: {"grant": grant(ana, recipient="shop:other")},
    Refusal.GRANT_FOR_ANOTHER_PURPOSE: lambda ana: {
        "grant": grant(ana, purpose="door:car", fields=["outcome"])
    },
    Refusal.GRANT_REVOKED: revoked,
    Refusal.GRANT_EXPIRED: expired,
    Refusal.FIELD_NOT_GRANTED: field_not_granted,
    Refusal.NO_BASIS: lambda ana: {"reader": Reader("operator", "desk", "Desk")},
    Refusal.NO_SCORE: no_score,
    Refusal.UNKNOWN_DOOR: unknown_door,
}


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_its_name_is_logged_and_gives_nothing_away(ana, reason) -> None:
    asked = {"reader": CARS, "person": ana, **PROFILE, **CASES[reason](ana)}
    ask = partial(score_of, **asked)
    if reason is Refusal.UNKNOWN_DOOR:
        ask = partial(ask_door, reader=CARS, person=ana, door_id="castle")
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.reason is reason
    assert str(refused.value) == f"refused: {reason}"
    assert feed(ana, limit=1)[0].refusal == reason
    assert b'"kind":"disclosure.refused"' in bytes(last_entry().body)


def test_a_grant_of_another_person_is_no_grant(ana) -> None:
    bo = resident("Bo")
    with pytest.raises(Refused) as refused:
        score_of(reader=CARS, person=ana, grant=grant(bo), **PROFILE)
    assert refused.value.reason is Refusal.GRANT_OF_ANOTHER
    assert feed(bo) == []
