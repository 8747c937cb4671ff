"""Signed notes and heads, against the published example and against forgers."""

from __future__ import annotations

import pytest

from tests.log_folders import KEY
from zhima.city.merkle import notes
from zhima.city.merkle.heads import Head, check_cosigned, cosign, open_head, sign_head
from zhima.city.merkle.notes import COSIGNATURE_KEY, PublicKey, SecretKey
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.engine.kinds import ZhimaError

# The example with which the format was first published.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
    "6KE6RyyBwJnAM=\n"
)
HEAD = Head(KEY.name, 7, bytes(range(32)))
NOTE = sign_head(HEAD, KEY)
WITNESS = SecretKey.generate("witness.example", kind=COSIGNATURE_KEY)


def test_the_published_note_is_accepted_and_no_other_text() -> None:
    key = PublicKey.parse(PUBLISHED_KEY)
    assert str(key) == PUBLISHED_KEY
    notes.check(notes.parse(PUBLISHED_NOTE), key)
    with pytest.raises(LogError) as wrong:
        notes.check(notes.parse(PUBLISHED_NOTE.replace("answer", "remedy")), key)
    assert wrong.value.reason is Wrong.FORGED


def test_a_head_is_read_back() -> None:
    assert open_head(NOTE, KEY.public) == HEAD
    assert SecretKey.parse(KEY.text()) == KEY
    assert PublicKey.parse(f"{KEY.public}\n") == KEY.public


def test_a_secret_key_is_not_shown() -> None:
    assert repr(KEY.seed) not in repr(KEY)
    with pytest.raises(ZhimaError) as refused:
        SecretKey.parse("PRIVATE+KEY+name+secret+thing")
    assert "thing" not in str(refused.value)


def other_key() -> SecretKey:
    return SecretKey.generate(KEY.name)


REFUSED = {
    "no signature": (NOTE.split("\n\n")[0] + "\n\n", Wrong.TORN_HEAD),
    "no empty line": (NOTE.replace("\n\n", "\n"), Wrong.TORN_HEAD),
    "not a number": (sign_head(HEAD._replace(size="many"), KEY), Wrong.TORN_HEAD),
    "no root": (sign_head(HEAD._replace(root=b"short"), KEY), Wrong.TORN_HEAD),
    "another size": (NOTE.replace("\n7\n", "\n8\n"), Wrong.FORGED),
    "another key": (sign_head(HEAD, SecretKey.generate(KEY.name)), Wrong.NOT_SIGNED),
    "another log": (sign_head(HEAD._replace(origin="other"), KEY), Wrong.OTHER_LOG),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_heads_are_refused_by_name(case: str) -> None:
    note, reason = REFUSED[case]
    with pytest.raises(LogError) as refused:
        open_head(note, KEY.public)
    assert refused.value.reason is reason


@pytest.mark.parametrize("at", range(len(NOTE)))
def test_no_sign_of_a_head_can_be_changed(at: int) -> None:
    other = "x" if NOTE[at] != "x" else "y"
    with pytest.raises(LogError):
        open_head(NOTE[:at] + other + NOTE[at + 1 :], KEY.public)


def test_a_witness_signs_a_head_and_its_time() -> None:
    seen = cosign(NOTE, WITNESS, at=1_790_000_000)
    assert open_head(seen, KEY.public) == HEAD
    assert check_cosigned(seen, WITNESS.public).at == 1_790_000_000
    with pytest.raises(LogError) as missing:
        check_cosigned(NOTE, WITNESS.public)
    assert missing.value.reason is Wrong.NOT_WITNESSED
    line = seen.splitlines()[-1]
    other = cosign(NOTE, WITNESS, at=1_790_000_001).splitlines()[-1]
    forged = seen.replace(line, line[:34] + other[34:])
    with pytest.raises(LogError) as wrong:
        check_cosigned(forged, WITNESS.public)
    assert wrong.value.reason is Wrong.FORGED
