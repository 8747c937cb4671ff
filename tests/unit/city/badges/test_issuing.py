"""Who gets badges, how many, and when they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from tests.city_books import resident
from tests.scored import a_score, opt_in, published
from zhima.city import clock
from zhima.city.badges import issuing
from zhima.city.badges.issuing import NoBadge, NotIssued
from zhima.city.badges.keys import issuer_key
from zhima.city.badges.models import Batch, Place
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.credential import badge, tokens
from zhima.city.credential.checking import check
from zhima.city.credential.reasons import NoProof, Unproved
from zhima.city.credential.statuses import open_list
from zhima.city.disclosure.models import Entry
from zhima.city.scoring.signals import erasing
from zhima.city.scoring.signals import published as score_published

pytestmark = pytest.mark.usefixtures("city")

URI = "https://city.example/badge/statuses/"
KEYS = [tokens.new_key() for _ in range(issuing.BATCH_SIZE)]
PUBLIC = [tokens.public(key) for key in KEYS]


@pytest.fixture
def ana() -> Iterator:
    with published() as scores:
        person = resident("Ana")
        opt_in(person)
        scores[person.pk] = a_score(660)
        person.scores = scores
        yield person


def issue(person, **more) -> list[str]:
    terms = {"at_least": 650, "days": 7, "holders": PUBLIC[:3]}
    where = {"issuer": "https://city.example", "status_uri": URI}
    return issuing.issue(person=person, **where, **{**terms, **more})


def verified(text: str, key=KEYS[0]) -> int:
    now = clock.now()
    shown = badge.show(text, key=key, audience="hotel", nonce="1", at=now)
    listed = open_list(issuing.status_list(uri=URI), key=issuer_key(), at=now)
    return check(shown, key=issuer_key(), at=now, statuses=listed).at_least


def test_a_person_gets_a_batch_and_shows_one(ana) -> None:
    made = issue(ana)
    assert [verified(text, key) for text, key in zip(made, KEYS, strict=False)] == [650] * 3
    assert Place.objects.count() == 3
    assert not Entry.objects.exists(), "she read herself"


def test_the_number_is_in_nothing_that_is_kept_or_given(ana) -> None:
    made = issue(ana)
    kept = [str(each.__dict__) for each in (*Batch.objects.all(), *Place.objects.all())]
    opened = [json.dumps(tokens.unchecked(badge.parse(text).token)) for text in made]
    assert not [text for text in (*made, *kept, *opened) if "660" in text and "0.660" not in text]


def below(ana) -> dict:
    return {"at_least": 700}


def again_and_again(ana) -> dict:
    for _ in range(issuing.BATCHES_A_DAY):
        issue(ana)
    return {}


def opted_out(ana) -> dict:
    grants.revoke(person=ana, grant_id=Grant.objects.get(recipient="score").pk)
    return {}


NOT_ISSUED: dict[NotIssued, Callable] = {
    NotIssued.UNKNOWN_BAND: lambda ana: {"at_least": 655},
    NotIssued.BAD_TERM: lambda ana: {"days": 3650},
    NotIssued.BAD_KEYS: lambda ana: {"holders": [PUBLIC[0], PUBLIC[0]]},
    NotIssued.TOO_OFTEN: again_and_again,
    NotIssued.NO_SCORE: opted_out,
    NotIssued.NOT_REACHED: below,
}


@pytest.mark.parametrize("reason", NotIssued)
def test_every_badge_that_is_not_made_has_its_reason(ana, reason: NotIssued) -> None:
    with pytest.raises(NoBadge) as refused:
        issue(ana, **NOT_ISSUED[reason](ana))
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "holders", [[], PUBLIC * 2, [{"kty": "EC"}], [{}], [{"kty": "oct", "k": "AA"}]]
)
def test_keys_that_are_none_are_refused(ana, holders) -> None:
    with pytest.raises(NoBadge) as refused:
        issue(ana, holders=holders)
    assert refused.value.reason is NotIssued.BAD_KEYS


def test_asking_again_cannot_map_a_score(ana) -> None:
    for _ in range(issuing.ATTEMPTS_A_DAY):
        with pytest.raises(NoBadge):
            issue(ana, at_least=700)
    with pytest.raises(NoBadge) as refused:
        issue(ana, at_least=550)
    assert refused.value.reason is NotIssued.TOO_OFTEN
    tomorrow = clock.microseconds(clock.now() + timedelta(days=1, minutes=1))
    with clock.pretending(tomorrow):
        assert issue(ana, at_least=550)


def is_revoked(text: str) -> bool:
    try:
        verified(text)
    except Unproved as refused:
        return refused.reason is NoProof.REVOKED
    return False


def test_a_badge_ends_when_it_is_revoked_and_only_by_its_holder(ana) -> None:
    (first, *_), batch = issue(ana), Batch.objects.get()
    assert not issuing.revoke(person=resident("Bo"), batch_id=batch.pk)
    assert not is_revoked(first)
    assert issuing.revoke(person=ana, batch_id=batch.pk)
    assert is_revoked(first)
    assert not issuing.revoke(person=ana, batch_id=batch.pk)


def test_a_badge_ends_when_it_is_true_no_more(ana) -> None:
    high, low = issue(ana)[0], issue(ana, at_least=600)[0]
    score_published.send(sender=None, moves=[(ana.pk, 660, 640, "day")])
    assert is_revoked(high)
    assert not is_revoked(low)


def test_badges_end_with_the_wish_for_a_score_in_the_same_transaction(ana) -> None:
    text = issue(ana)[0]
    opted_out(ana)
    assert is_revoked(text)


def test_badges_end_when_scores_are_erased(ana) -> None:
    """The scorer erases them after whatever was asked while the wish was being withdrawn."""
    text = issue(ana)[0]
    erasing.send(sender=None, people=[ana.pk])
    assert is_revoked(text)


def test_what_ran_out_frees_its_places(ana) -> None:
    issue(ana)
    assert issuing.forget_what_ran_out() == 0
    later = clock.microseconds(clock.now() + timedelta(days=12))
    with clock.pretending(later):
        assert issuing.forget_what_ran_out()
    assert not Place.objects.exists()


def test_the_page_gives_badges_to_the_phone(ana) -> None:
    phone = Client()
    phone.force_login(ana)
    asked = {"at_least": 650, "days": 7, "holders": PUBLIC[:2]}
    answer = phone.post("/badge/issue/", json.dumps(asked), content_type="application/json")
    assert len(answer.json()["badges"]) == 2
    for torn in ("", "[]", '{"at_least": "x"}', json.dumps({**asked, "holders": 3})):
        refused = phone.post("/badge/issue/", torn, content_type="application/json")
        assert (refused.status_code, refused.json()["reason"]) == (422, "bad_keys")
