"""Tree heads: how long a log is and its root, signed by the log and by witnesses (C2SP).

c2sp.org/tlog-checkpoint for the text, c2sp.org/tlog-cosignature for witnesses, who sign the time
at which they saw that the log still continues what they saw before.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from zhima.city.merkle.hashing import HASH_BYTES
from zhima.city.merkle.notes import Note, PublicKey, SecretKey, check, line_of, parse, signed
from zhima.city.merkle.reasons import LogError, Wrong

_TIME_BYTES = 8


class Head(NamedTuple):
    """A log at a length."""

    origin: str
    """Name of the log, the same for ever."""
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Cosigned(NamedTuple):
    """A witness's word about a head."""

    witness: str
    at: int
    """Seconds since 1970."""


def sign_head(head: Head, key: SecretKey) -> str:
    """The head as a signed note; the key is named after the log."""
    return signed(head.text(), key)


def open_head(note: str, key: PublicKey) -> Head:
    """The head that a note holds; LogError unless it is the log's own and well signed."""
    read = parse(note)
    check(read, key)
    head = head_in(read)
    if head.origin != key.name:
        raise LogError(Wrong.OTHER_LOG, f"this is a head of {head.origin}, not of {key.name}")
    return head


def head_in(note: Note) -> Head:
    """The head in a note, whoever signed it."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not lines[1].isascii() or not lines[1].isdigit():
        raise LogError(Wrong.TORN_HEAD, "a head is a name, a size and a root")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        root = b""
    head = Head(lines[0], int(lines[1]), root)
    if len(root) != HASH_BYTES or not note.text.startswith(head.text()):
        raise LogError(Wrong.TORN_HEAD, "a head is a name, a size and a root")
    return head


def cosign(note: str, key: SecretKey, *, at: int) -> str:
    """The note with one more line: a witness saw this head at a second since 1970."""
    signature = key.sign(_witnessed(parse(note).text, at))
    return note + line_of(key.public, at.to_bytes(_TIME_BYTES) + signature)


def check_cosigned(note: str, witness: PublicKey) -> Cosigned:
    """What a witness says about a note; LogError when it says nothing, or something forged."""
    read = parse(note)
    for line in read.lines:
        if (line.name, line.key_id) == (witness.name, witness.key_id):
            at = int.from_bytes(line.signature[:_TIME_BYTES])
            message = _witnessed(read.text, at)
            if not witness.accepts(line.signature[_TIME_BYTES:], message):
                raise LogError(Wrong.FORGED, f"the signature of {witness.name} does not fit")
            return Cosigned(witness.name, at)
    raise LogError(Wrong.NOT_WITNESSED, f"{witness.name} has not signed this head")


def _witnessed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
