"""S6: a badge that proves "at least", against everybody who would make it prove more."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhima.city.credential import badge, statuses, tokens
from zhima.city.credential.checking import Proved, check
from zhima.city.credential.reasons import NoProof, Unproved
from zhima.city.credential.statuses import StatusList

ISSUER = tokens.new_key()
HOLDER = tokens.new_key()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
URI = "https://city.example/badge/statuses"
HERE = {"audience": "hotel", "nonce": "4711"}


def issued(at_least: int = 650, index: int = 5, **more) -> str:
    terms = {
        "issuer": "https://city.example",
        "at_least": at_least,
        "on": date(2026, 11, 25),
        "until": date(2026, 12, 24),
        "holder": tokens.public(HOLDER),
        "status_index": index,
        "status_uri": URI,
        "key": ISSUER,
    }
    return badge.issue(**{**terms, **more})


def shown(kept: str | None = None, key=HOLDER, at: datetime = NOW) -> str:
    return badge.show(kept or issued(), key=key, audience="hotel", nonce="4711", at=at)


def listed(*revoked: int, at: datetime = NOW) -> StatusList:
    bits = statuses.pack(revoked, size=64)
    return statuses.open_list(
        statuses.sign_list(bits, uri=URI, at=at, key=ISSUER), key=ISSUER, at=at
    )


def proved(text: str, **more) -> Proved:
    return check(text, **{"key": ISSUER, "at": NOW, "statuses": listed(), **HERE, **more})


def test_a_badge_proves_at_least_and_nothing_else() -> None:
    found = proved(shown())
    assert (found.at_least, found.until) == (650, datetime(2026, 12, 25, tzinfo=UTC))


def test_the_number_and_the_person_are_nowhere_in_it() -> None:
    header, claims = tokens.unchecked(badge.parse(issued()).token)
    assert set(claims) == {"iss", "iat", "exp", "vct", "cnf", "status", "_sd", "_sd_alg"}
    assert set(header) == {"alg", "typ", "kid"}
    assert "650" not in json.dumps(claims), "hidden until it is disclosed"
    assert claims["iat"] % 86_400 == claims["exp"] % 86_400 == 0


def test_two_badges_of_one_person_share_nothing_that_tells() -> None:
    other = tokens.new_key()
    one = tokens.unchecked(badge.parse(issued()).token)[1]
    two = tokens.unchecked(badge.parse(issued(index=9, holder=tokens.public(other))).token)[1]
    assert {name for name in one if one[name] == two[name]} == {
        "iss",
        "iat",
        "exp",
        "vct",
        "_sd_alg",
    }


def with_parts(text: str, **parts) -> str:
    return replace(badge.parse(text), **parts).text()


def rewritten(text: str, **claims) -> str:
    token = badge.parse(text).token
    head, _, signature = token.split(".")
    body = {**tokens.unchecked(token)[1], **claims}
    middle = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return with_parts(text, token=f"{head}.{middle}.{signature}")


def higher(text: str) -> str:
    claim = json.dumps(["salt", "at_least", 700]).encode()
    return with_parts(text, disclosures=(base64.urlsafe_b64encode(claim).decode().rstrip("="),))


def other_issuer() -> str:
    return shown(issued(key=tokens.new_key()))


def other_vct() -> str:
    claims = tokens.unchecked(badge.parse(issued()).token)[1]
    token = tokens.sign({**claims, "vct": "urn:other"}, kind=badge.KIND, key=ISSUER)
    return shown(with_parts(issued(), token=token))


def of_another_badge() -> str:
    return with_parts(shown(), binding=badge.parse(shown(issued())).binding)


NOT_PROVED: dict[NoProof, list[Callable[[], Proved]]] = {
    NoProof.TORN: [
        lambda: proved(""),
        lambda: proved("hello~world~"),
        lambda: proved("a.b.c~"),
        lambda: proved("~" * 30_000),
    ],
    NoProof.OTHER_KIND: [
        lambda: proved(f"{tokens.sign({}, kind='jwt', key=ISSUER)}~"),
        lambda: proved(other_vct()),
    ],
    NoProof.FORGED: [
        lambda: proved(other_issuer()),
        lambda: proved(rewritten(shown(), exp=1_999_999_999)),
    ],
    NoProof.OTHER_CLAIM: [lambda: proved(higher(shown()))],
    NoProof.NOTHING_CLAIMED: [lambda: proved(shown(with_parts(issued(), disclosures=())))],
    NoProof.NOT_BOUND: [lambda: proved(issued())],
    NoProof.OTHER_HOLDER: [
        lambda: proved(shown(key=tokens.new_key())),
        lambda: proved(of_another_badge()),
    ],
    NoProof.WRONG_AUDIENCE: [lambda: proved(shown(), audience="bank")],
    NoProof.WRONG_NONCE: [lambda: proved(shown(), nonce="4712")],
    NoProof.STALE: [
        lambda: proved(shown(at=NOW - timedelta(minutes=6))),
        lambda: proved(shown(at=NOW + timedelta(hours=1))),
    ],
    NoProof.EXPIRED: [
        lambda: proved(
            shown(at=datetime(2026, 12, 25, tzinfo=UTC)),
            at=datetime(2026, 12, 25, tzinfo=UTC),
            statuses=None,
        )
    ],
    NoProof.NO_STATUS: [
        lambda: proved(shown(issued(index=64))),
        lambda: proved(shown(), statuses=replace(listed(), uri="https://other.example")),
        lambda: statuses.open_list(
            statuses.sign_list(b"", uri=URI, at=NOW - timedelta(days=3), key=ISSUER),
            key=ISSUER,
            at=NOW,
        ),
    ],
    NoProof.REVOKED: [lambda: proved(shown(), statuses=listed(5))],
}


@pytest.mark.parametrize(
    ("reason", "try_it"), [(reason, each) for reason in NoProof for each in NOT_PROVED[reason]]
)
def test_every_way_to_prove_nothing_has_its_name(reason: NoProof, try_it) -> None:
    with pytest.raises(Unproved) as refused:
        try_it()
    assert refused.value.reason is reason
    assert "650" not in str(refused.value)


@given(at=st.integers(0, 10_000), sign=st.sampled_from("AZaz09_-.~ "))
def test_no_sign_of_a_badge_can_be_changed(at: int, sign: str) -> None:
    text = SHOWN
    at %= len(text)
    if text[at] == sign:
        return
    try:
        found = proved(text[:at] + sign + text[at + 1 :])
    except Unproved:
        return
    # The last sign of a base64 text may have spare bits: then nothing that is signed changed.
    assert found.at_least == 650


SHOWN = shown()


@given(st.text(max_size=300))
def test_any_text_is_a_badge_or_a_named_refusal(text: str) -> None:
    with pytest.raises(Unproved):
        proved(text)


def test_the_list_is_packed_as_published() -> None:
    # The example of draft-ietf-oauth-status-list: sixteen entries of one bit.
    entries = (1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1)
    bits = statuses.pack((i for i, bit in enumerate(entries) if bit), size=16)
    assert bits == bytes((0xB9, 0xA3))
    assert statuses.compressed(bits) == "eNrbuRgAAhcBXQ"


def test_a_published_disclosure_has_its_published_digest() -> None:
    # The first example of RFC 9901, section 4.2.3.
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert badge.digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
