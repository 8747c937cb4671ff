"""A log in a folder against those who change it, and a witness against two faces of one log."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.log_folders import KEY, entries_of, write_log
from zhima.city.merkle.folder import HEAD, Folder, TilesOf, read_head, write_entries
from zhima.city.merkle.heads import check_cosigned, cosign
from zhima.city.merkle.notes import COSIGNATURE_KEY, SecretKey
from zhima.city.merkle.proof_file import ProofFile, check_proof, parse_proof
from zhima.city.merkle.proofs import inclusion
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.tiles import Subtrees, bundle, unbundle
from zhima.city.merkle.verify import verify
from zhima.city.merkle.witness import witness

SIZE = 700
ENTRIES = entries_of(SIZE)
WITNESS = SecretKey.generate("witness.example", kind=COSIGNATURE_KEY)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    write_log(path, ENTRIES)
    return path


def reasons(path: Path, **more: object) -> set[Wrong]:
    return {finding.reason for finding in verify(Folder(path), KEY.public, **more).findings}


def shorter(log: Path) -> dict:
    earlier = read_head(Folder(log))
    shutil.rmtree(log)
    write_log(log, ENTRIES[:600])
    return {"earlier": earlier}


def another_past(log: Path) -> dict:
    earlier = read_head(Folder(log))
    shutil.rmtree(log)
    write_log(log, [*ENTRIES[:10], b"something else", *ENTRIES[11:], b"more"])
    return {"earlier": earlier}


def another_face(log: Path) -> dict:
    earlier = read_head(Folder(log))
    shutil.rmtree(log)
    write_log(log, [*ENTRIES[:-1], b"something else"])
    return {"earlier": earlier}


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], dict]:
    def do(log: Path) -> dict:
        path = log / name
        path.write_bytes(change(path.read_bytes()))
        return {}

    return do


def gone(name: str) -> Callable[[Path], dict]:
    def do(log: Path) -> dict:
        (log / name).unlink()
        return {}

    return do


def one_entry_less(data: bytes) -> bytes:
    return bundle(unbundle(data)[:-1])


def leftover(log: Path) -> dict:
    write_entries(Folder(log), 99, [b"of a longer log"])
    return {}


def forged_witness(log: Path) -> dict:
    folder = Folder(log)
    note = cosign(read_head(folder), WITNESS, at=1)
    other = cosign(read_head(folder), WITNESS, at=2)
    lines = note.splitlines(), other.splitlines()
    torn = lines[0][-1][:40] + lines[1][-1][40:]
    folder.write(HEAD, note.replace(lines[0][-1], torn).encode())
    return {"witnesses": [WITNESS.public]}


def other_root(log: Path) -> dict:
    shutil.rmtree(log / "tile")
    head = (log / HEAD).read_bytes()
    write_log(log, entries_of(SIZE, "rewritten"))
    (log / HEAD).write_bytes(head)
    return {}


BAD = {
    Wrong.NO_HEAD: gone(HEAD),
    Wrong.TORN_HEAD: changed(HEAD, lambda data: data[:20]),
    Wrong.OTHER_LOG: None,
    Wrong.NOT_SIGNED: lambda log: write_log(log, ENTRIES, SecretKey.generate(KEY.name)) and {},
    Wrong.FORGED: changed(HEAD, lambda data: data.replace(b"\n700\n", b"\n701\n")),
    Wrong.NOT_WITNESSED: lambda log: {"witnesses": [WITNESS.public]},
    Wrong.SHRUNK: shorter,
    Wrong.SPLIT_VIEW: another_face,
    Wrong.NOT_CONSISTENT: another_past,
    Wrong.MISSING_FILE: gone("tile/entries/001"),
    Wrong.TORN_FILE: changed("tile/entries/000", one_entry_less),
    Wrong.LEFTOVER_FILE: leftover,
    Wrong.CHANGED_ENTRY: changed("tile/entries/001", lambda d: d.replace(b"y 300", b"y 3OO")),
    Wrong.CHANGED_TILE: changed("tile/1/000.p/2", lambda data: bytes(len(data))),
    Wrong.OTHER_ROOT: other_root,
}
OF_PROOFS = {Wrong.TORN_PROOF, Wrong.PROOF_OF_ANOTHER, Wrong.OTHER_LOG}
"""Tested with proofs and heads themselves."""


@pytest.mark.parametrize("reason", [reason for reason in Wrong if reason not in OF_PROOFS])
def test_every_way_in_which_a_log_is_wrong_is_found(log: Path, reason: Wrong) -> None:
    assert reasons(log) == set()
    more = BAD[reason](log)
    assert reason in reasons(log, **more)


def test_a_witnessed_log_is_good(log: Path) -> None:
    folder = Folder(log)
    folder.write(HEAD, cosign(read_head(folder), WITNESS, at=1).encode())
    assert reasons(log, witnesses=[WITNESS.public]) == set()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257])
def test_logs_of_any_length_are_good(tmp_path: Path, size: int) -> None:
    write_log(tmp_path, entries_of(size))
    verdict = verify(Folder(tmp_path), KEY.public)
    assert verdict.is_good
    assert verdict.head.size == size


def test_a_thousand_random_tamperings_are_all_found(log: Path) -> None:
    rng = random.Random(20261125)
    files = sorted(path for path in log.rglob("*") if path.is_file())
    for _ in range(1000):
        path = rng.choice(files)
        before = path.read_bytes()
        at = rng.randrange(len(before))
        after = rng.choice(
            [
                before[:at] + bytes([before[at] ^ (1 << rng.randrange(8))]) + before[at + 1 :],
                before[:at],
                before[:at] + before[at + 1 :],
                before + before[at:],
            ]
        )
        path.write_bytes(after)
        assert reasons(log), (path, at)
        path.write_bytes(before)
    assert not reasons(log)


def test_no_change_of_a_head_goes_unseen(tmp_path: Path) -> None:
    write_log(tmp_path, entries_of(1))
    head = tmp_path / HEAD
    before = head.read_bytes()
    for at in range(len(before)):
        flips = [bytes([before[at] ^ (1 << bit)]) for bit in range(8)]
        changes = [before[:at] + flipped + before[at + 1 :] for flipped in flips]
        changes += [before[:at], before[:at] + before[at + 1 :], before + before[at:]]
        for after in changes:
            head.write_bytes(after)
            assert reasons(tmp_path), (at, after)


def test_a_witness_follows_a_log_that_grows(tmp_path: Path) -> None:
    log, state = tmp_path / "log", tmp_path / "state"
    for size in (0, 3, 3, 256, 700):
        shutil.rmtree(log, ignore_errors=True)
        write_log(log, ENTRIES[:size])
        seen = witness(Folder(log), log=KEY.public, key=WITNESS, state=state, at=5)
        assert seen.head.size == size
        assert check_cosigned(seen.note, WITNESS.public).at == 5


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (shorter, Wrong.SHRUNK),
        (another_face, Wrong.SPLIT_VIEW),
        (another_past, Wrong.NOT_CONSISTENT),
    ],
)
def test_a_witness_refuses_a_second_face_and_keeps_both(
    tmp_path: Path, log: Path, change: Callable[[Path], dict], reason: Wrong
) -> None:
    state = tmp_path / "state"
    witness(Folder(log), log=KEY.public, key=WITNESS, state=state, at=5)
    first = state.read_text()
    change(log)
    with pytest.raises(LogError) as refused:
        witness(Folder(log), log=KEY.public, key=WITNESS, state=state, at=6)
    assert refused.value.reason is reason
    assert state.read_text() == first
    evidence = (tmp_path / "state.evidence").read_text()
    assert first in evidence
    assert read_head(Folder(log)) in evidence


def proof_of(log: Path, index: int) -> ProofFile:
    subtrees = Subtrees(TilesOf(Folder(log), SIZE))
    path = inclusion(subtrees, index=index, size=SIZE)
    return ProofFile(index, tuple(path), read_head(Folder(log)))


def test_a_proof_travels_as_a_file(log: Path) -> None:
    proof = parse_proof(proof_of(log, 300).text())
    assert check_proof(proof, entry=ENTRIES[300], key=KEY.public).size == SIZE
    with pytest.raises(LogError) as wrong:
        check_proof(proof, entry=ENTRIES[301], key=KEY.public)
    assert wrong.value.reason is Wrong.PROOF_OF_ANOTHER


@pytest.mark.parametrize(
    "tear",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v9"),
        lambda text: text.replace("index 300", "index many"),
        lambda text: text.replace("index 300", "index 9300"),
        lambda text: text.replace("\n\n", "\nAAAA\n\n", 1),
        lambda text: text.replace("\n\n", "\n" + "A" * 43 + "=\n\n", 1),
    ],
)
def test_a_torn_proof_is_named(log: Path, tear: Callable[[str], str]) -> None:
    torn = tear(proof_of(log, 300).text())
    with pytest.raises(LogError) as wrong:
        check_proof(parse_proof(torn), entry=ENTRIES[300], key=KEY.public)
    assert wrong.value.reason is Wrong.TORN_PROOF
