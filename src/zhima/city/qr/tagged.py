"""Person and ticket codes: `ZHIMA:<kind>:<operator>:<id>:<more>:<crc>`.

A person code says what its money is for; a ticket code carries a seal that only its issuer can
make.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import get_args

from zhima.city.qr.crc import crc_of
from zhima.city.qr.fields import refuse
from zhima.city.qr.model import CodeError, PersonCode, Purpose, TicketCode
from zhima.engine.kinds import ZhimaError

PREFIX = "ZHIMA:"
_SEAL_BYTES = 10
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_SEAL = re.compile("[A-Z2-7]{16}")


def tagged_text(code: PersonCode | TicketCode) -> str:
    """The text to put into a picture; ZhimaError for an id that does not fit."""
    if isinstance(code, PersonCode):
        parts: tuple[str, ...] = ("P", code.operator, code.person_id, code.purpose)
    else:
        parts = ("T", code.operator, code.ticket_id, code.seal)
    for part in parts:
        if not _PART.fullmatch(part):
            raise ZhimaError(f"{part!r} fits no code: letters, digits, dots and dashes do")
    text = PREFIX + ":".join(parts) + ":"
    return text + crc_of(text)


def read_tagged(text: str) -> PersonCode | TicketCode:
    """The code in a text that starts with `ZHIMA:`; Unreadable when it is broken."""
    body, separator, crc = text.rpartition(":")
    if not re.fullmatch("[0-9A-Fa-f]{4}", crc):
        refuse(CodeError.CRC_MISSING)
    if crc_of(body + separator) != crc.upper():
        refuse(CodeError.CRC_WRONG)
    kind, *parts = body.removeprefix(PREFIX).split(":")
    if kind not in {"P", "T"}:
        refuse(CodeError.KIND_UNKNOWN)
    if len(parts) != 3:
        refuse(CodeError.FIELD_MISSING)
    operator, name, last = parts
    if not (_PART.fullmatch(operator) and _PART.fullmatch(name)):
        refuse(CodeError.FIELD_MALFORMED)
    return _person(operator, name, last) if kind == "P" else _ticket(operator, name, last)


def seal_of(*, key: bytes, ticket_id: str) -> str:
    """Eighty bits of HMAC-SHA256 in base 32: nobody without `key` can invent a ticket."""
    digest = hmac.digest(key, f"ticket:{ticket_id}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:_SEAL_BYTES]).decode()


def is_genuine(code: TicketCode, *, key: bytes) -> bool:
    """Whether the seal is the issuer's; the time taken does not tell how much of it is right."""
    return hmac.compare_digest(code.seal, seal_of(key=key, ticket_id=code.ticket_id))


def _person(operator: str, person_id: str, purpose: str) -> PersonCode:
    known = next((known for known in get_args(Purpose) if known == purpose), None)
    if known is None:
        refuse(CodeError.FIELD_MALFORMED)
    return PersonCode(operator, person_id, known)


def _ticket(operator: str, ticket_id: str, seal: str) -> TicketCode:
    if not _SEAL.fullmatch(seal):
        refuse(CodeError.FIELD_MALFORMED)
    return TicketCode(operator, ticket_id, seal)
