"""A proof as a file of its own (c2sp.org/tlog-proof): index, path, and the signed head."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from zhima.city.merkle.hashing import HASH_BYTES, leaf_hash
from zhima.city.merkle.heads import Head, open_head
from zhima.city.merkle.notes import PublicKey
from zhima.city.merkle.proofs import check_inclusion
from zhima.city.merkle.reasons import LogError, Wrong

_FIRST = "c2sp.org/tlog-proof@v1"
_MOST_STEPS = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """That some entry is at a place in a log whose signed head is `note`."""

    index: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """As a file."""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.path)
        return f"{_FIRST}\nindex {self.index}\n{steps}\n{self.note}"


def parse_proof(text: str) -> ProofFile:
    """Read a proof; LogError when it is torn. Extra data that others added is skipped."""
    top, blank, note = text.partition("\n\n")
    lines = top.split("\n")
    if len(lines) > 1 and lines[1].startswith("extra "):
        del lines[1]
    if not blank or len(lines) < 2 or lines[0] != _FIRST or not lines[1].startswith("index "):
        raise LogError(Wrong.TORN_PROOF, f"a proof begins with {_FIRST} and an index")
    number = lines[1].removeprefix("index ")
    if not number.isascii() or not number.isdigit() or len(lines) - 2 > _MOST_STEPS:
        raise LogError(Wrong.TORN_PROOF, "no such index")
    return ProofFile(int(number), tuple(_step(line) for line in lines[2:]), note)


def check_proof(proof: ProofFile, *, entry: bytes, key: PublicKey) -> Head:
    """The head under which the entry is proved to be; raises LogError."""
    head = open_head(proof.note, key)
    check_inclusion(
        leaf=leaf_hash(entry),
        index=proof.index,
        size=head.size,
        path=proof.path,
        root=head.root,
    )
    return head


def _step(line: str) -> bytes:
    try:
        step = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        step = b""
    if len(step) != HASH_BYTES:
        raise LogError(Wrong.TORN_PROOF, f"not a hash: {line[:80]!r}")
    return step
