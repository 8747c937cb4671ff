"""A manifest that asks for what it may not is refused at its line."""

from __future__ import annotations

import pytest

from tests.apps_from_outside import MANIFEST
from zhima.city.market.manifest import MAX_CHARACTERS, read_text
from zhima.city.market.shelf import own_manifests
from zhima.city.obligations.evidence import KINDS
from zhima.engine.kinds import ZhimaError

EVIDENCE = "  - {kind: booking.made, purpose: agreements, when: booked}"
CASES = [
    # what is changed, into what, the line, and a word of the reason
    ("purposes: [agreements]", "purposes: [agreements, chat]", 9, "'chat' is forbidden"),
    ("purposes: [agreements]", "purposes: [agreements, medical]", 9, "'medical' is forbidden"),
    ("purposes: [agreements]", "purposes: [agreements, fun]", 9, "'fun' is unknown"),
    ("kind: booking.made", "kind: booking.dreamt", 11, "not in the vocabulary"),
    ("kind: booking.made", "kind: diagnosis.made", 11, "medical is never an input"),
    ("kind: booking.made", "kind: payment.made", 11, "not for apps to report"),
    ("kind: booking.made", "kind: court.listed", 11, "not for apps to report"),
    ("kind: booking.made", "kind: item.struck", 11, "not for apps to report"),
    (EVIDENCE, EVIDENCE.replace("agreements", "bills"), 11, "not among `purposes`"),
    ("tint: 6", "tint: 6\nreads: [score]", 7, "cannot read 'score'"),
    ("tint: 6", "tint: 6\nreads: ['door:palace']", 7, "no door 'palace'"),
    ("tint: 6", "tint: 6\nbenefits: {score: true}", 7, "benefits.score"),
    ("tint: 6", "tint: 6\nbenefits: {upgrades: {closes_before_hours: 0}}", 7, "closes_before"),
    ("tint: 6", "tint: 6\nspy: true", 7, "spy"),
    ("tint: 6", "tint: 6\ntint: 5", 7, "duplicate"),
    ("id: kites", "id: Kites!", 2, "id"),
    ("url: http://", "url: javascript://", 7, "url"),
    ("redirect_uris: ['http://127.0.0.1:8700/back']", "redirect_uris: ['javascript:x']", 8, "uri"),
    ("8700/back", "8700/back#part", 8, "redirect_uris"),
    ("icon: puzzle", "icon: dragon", 5, "no glyph 'dragon'"),
    ("format: zhima-app/1", "format: zhima-app/9", 1, "format"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), CASES)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in MANIFEST
    with pytest.raises(ZhimaError) as refused:
        read_text(MANIFEST.replace(old, new, 1))
    told = str(refused.value).splitlines()
    assert any(t.startswith(f"manifest.yaml:{line}: ") and reason in t for t in told), told


def test_a_deposit_declares_what_it_reports() -> None:
    deposit = "deposit: {door: car, deposit_fen: 100}\n"
    with pytest.raises(ZhimaError, match="declare `door:car`"):
        read_text(MANIFEST + deposit)
    reads = MANIFEST.replace("tint: 6", "tint: 6\nreads: ['door:car']")
    with pytest.raises(ZhimaError, match=r"reports obligation\.opened for agreements"):
        read_text(reads + deposit)


def test_what_several_may_want_may_have_a_deposit() -> None:
    rules = "tint: 6\nreads: ['door:car']\nbenefits: {places: true}"
    kinds = "".join(f"  - {{kind: {kind}, purpose: agreements}}\n" for kind in KINDS)
    wanted = MANIFEST.replace("tint: 6", rules).replace("booking: {", f"{kinds}booking: {{")
    found = read_text(wanted + "deposit: {door: car, deposit_fen: 100}\n")
    assert found.benefits.places
    assert found.deposit


@pytest.mark.parametrize("text", ["", "- a list", "{", "x" * (MAX_CHARACTERS + 1), "\x00"])
def test_what_is_no_manifest_is_refused_too(text: str) -> None:
    with pytest.raises(ZhimaError, match=r"manifest\.yaml"):
        read_text(text)


def test_the_citys_own_apps_pass_like_any_other() -> None:
    assert len(own_manifests()) == 12
