"""S6 on the command line: a badge is checked offline, with the key and the list as files."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.command import zhima
from zhima.city.credential import badge, statuses, tokens

ISSUER, HOLDER = tokens.new_key(), tokens.new_key()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
URI = "https://city.example/badge/statuses/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept = badge.issue(
        issuer="https://city.example",
        at_least=650,
        on=date(2026, 11, 25),
        until=date(2026, 12, 24),
        holder=tokens.public(HOLDER),
        status_index=5,
        status_uri=URI,
        key=ISSUER,
    )
    shown = badge.show(kept, key=HOLDER, audience="Lotus Hotel", nonce="4711", at=NOW)
    (tmp_path / "kept.txt").write_text(kept)
    (tmp_path / "badge.txt").write_text(shown)
    (tmp_path / "key.json").write_text(json.dumps(tokens.public(ISSUER)))
    for name, revoked in (("good", ()), ("revoked", (5,))):
        bits = statuses.pack(revoked, size=64)
        (tmp_path / f"{name}.jwt").write_text(statuses.sign_list(bits, uri=URI, at=NOW, key=ISSUER))
    return tmp_path


def verify(folder: Path, file: str = "badge.txt", *more: str, at: datetime = NOW):
    key = ("--key", str(folder / "key.json"), "--at", at.isoformat())
    return zhima("badge", "verify", str(folder / file), *key, *more)


def test_a_badge_is_verified_without_the_city(folder: Path) -> None:
    asked = ("--audience", "Lotus Hotel", "--nonce", "4711")
    done = verify(folder, "badge.txt", "--statuses", str(folder / "good.jwt"), *asked)
    assert (done.returncode, done.stdout) == (0, "proved: score at least 650, until 2026-12-24\n")
    unlisted = verify(folder)
    assert "not looked at: whether it was revoked" in unlisted.stdout


@pytest.mark.parametrize(
    ("reason", "file", "more", "late"),
    [
        ("revoked", "badge.txt", ("--statuses", "revoked.jwt"), timedelta()),
        ("wrong_audience", "badge.txt", ("--audience", "Bank"), timedelta()),
        ("wrong_nonce", "badge.txt", ("--nonce", "1"), timedelta()),
        ("not_bound", "kept.txt", (), timedelta()),
        ("stale", "badge.txt", (), timedelta(minutes=6)),
        ("torn", "key.json", (), timedelta()),
    ],
)
def test_a_badge_that_proves_nothing_says_why(folder, reason, file, more, late) -> None:
    words = [str(folder / word) if word.endswith(".jwt") else word for word in more]
    done = verify(folder, file, *words, at=NOW + late)
    assert done.returncode == 3
    assert done.stdout.startswith(f"not proved: {reason}: ")
    assert "650" not in done.stdout


def test_a_users_mistake_is_a_sentence(folder: Path) -> None:
    done = verify(folder, "nothing.txt")
    assert (done.returncode, "cannot read" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
