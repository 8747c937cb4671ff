"""Signed notes (c2sp.org/signed-note): a text and lines that vouch for it, with Ed25519.

A line is `— <name> <base64 of key id and signature>`. Lines of unknown keys are skipped.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zhima.city.merkle.reasons import LogError, Wrong
from zhima.engine.kinds import ZhimaError

NOTE_KEY = 0x01
COSIGNATURE_KEY = 0x04
_SECRET = "PRIVATE+KEY+"
_MARK = "— "
_KEY_BYTES = 32
_ID_BYTES = 4


class Line(NamedTuple):
    """One signature under a note."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A text, which ends in a line break, and the lines under it."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PublicKey:
    """A key to check signatures with; as text `<name>+<key id>+<base64>`."""

    name: str
    kind: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a line says whose it is."""
        body = self.name.encode() + b"\n" + bytes([self.kind]) + self.raw
        return sha256(body).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Read a key; ZhimaError, which does not repeat a secret one, when it is none."""
        if text.strip().startswith(_SECRET):
            raise ZhimaError("this is a secret key: give the public one (.pub), keep this hidden")
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _decoded(encoded)
        if not name or raw is None or len(raw) != 1 + _KEY_BYTES:
            raise ZhimaError(f"not a public key: {text.strip()[:80]!r}")
        key = cls(name, raw[0], raw[1:])
        if key.kind not in (NOTE_KEY, COSIGNATURE_KEY) or key.key_id.hex() != key_id:
            raise ZhimaError(f"not a public key: {text.strip()[:80]!r}")
        return key

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature of the message is of this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SecretKey:
    """A key to sign with; as text `PRIVATE+KEY+<name>+<key id>+<base64>`."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, *, kind: int = NOTE_KEY) -> SecretKey:
        """A new key; names have no spaces and no plus signs."""
        if not name or "+" in name or any(sign.isspace() for sign in name):
            raise ZhimaError(f"a key cannot be named {name!r}: no spaces, no plus signs")
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> PublicKey:
        """The key that others check with."""
        raw = self._private.public_key().public_bytes_raw()
        return PublicKey(self.name, self.kind, raw)

    def text(self) -> str:
        """As it is kept in a file that nobody else reads."""
        encoded = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_SECRET}{self.name}+{self.public.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> SecretKey:
        """Read a key; ZhimaError, which does not repeat it, when it is none."""
        name, _, rest = text.strip().removeprefix(_SECRET).partition("+")
        raw = _decoded(rest.partition("+")[2])
        if not text.startswith(_SECRET) or raw is None or len(raw) != 1 + _KEY_BYTES:
            raise ZhimaError("not a secret key")
        return cls(name, raw[0], raw[1:])

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(message)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def line_of(key: PublicKey, signature: bytes) -> str:
    """A signature as a line under a note."""
    return f"{_MARK}{key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def signed(text: str, key: SecretKey) -> str:
    """A note with one signature."""
    return f"{text}\n{line_of(key.public, key.sign(text.encode()))}"


def parse(note: str) -> Note:
    """Read a note; LogError when it is torn."""
    text, blank, under = note.rpartition("\n\n")
    if not blank or not under.endswith("\n"):
        raise LogError(Wrong.TORN_HEAD, "a signed note ends in signatures after an empty line")
    lines = tuple(_lines(under))
    if len(set(lines)) != len(lines):
        raise LogError(Wrong.TORN_HEAD, "a signature is there twice")
    return Note(text + "\n", lines)


def check(note: Note, key: PublicKey) -> None:
    """Raise LogError unless the note bears a good signature of the key and no bad one."""
    mine = [line for line in note.lines if (line.name, line.key_id) == (key.name, key.key_id)]
    if not mine:
        raise LogError(Wrong.NOT_SIGNED, f"no signature of {key.name}")
    if not all(key.accepts(line.signature, note.text.encode()) for line in mine):
        raise LogError(Wrong.FORGED, f"the signature of {key.name} does not fit")


def _lines(under: str) -> Iterator[Line]:
    for line in under.removesuffix("\n").split("\n"):
        name, _, encoded = line.removeprefix(_MARK).partition(" ")
        raw = _decoded(encoded)
        if not line.startswith(_MARK) or not name or raw is None or len(raw) <= _ID_BYTES:
            raise LogError(Wrong.TORN_HEAD, f"not a signature: {line[:80]!r}")
        yield Line(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def _decoded(encoded: str) -> bytes | None:
    """Base64 in its one canonical form, so that no character can be changed unseen."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == encoded else None
