"""EMVCo's fields: two digits of id, two digits of length in characters, then the value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from zhima.city.qr.model import CodeError, NotACode
from zhima.engine.kinds import ZhimaError

MAX_VALUE_CHARACTERS = 99


class Unreadable(Exception):
    """Carries a refusal up to `read_code`, which gives it back as a value."""

    def __init__(self, error: CodeError, field: str = "") -> None:
        super().__init__(error, field)
        self.refusal = NotACode(error, field)


def refuse(error: CodeError, field: str = "") -> NoReturn:
    """Stop reading."""
    raise Unreadable(error, field)


def split_fields(text: str, *, within: str = "") -> dict[str, str]:
    """Values by id, in their order; `within` is the id of the template that `text` is from."""
    found: dict[str, str] = {}
    start = 0
    while start < len(text):
        head = text[start : start + 4]
        field = f"{within}.{head[:2]}" if within else head[:2]
        if len(head) < 4:
            refuse(CodeError.FIELD_CUT_SHORT, field)
        # isdigit alone would let other scripts' digits through
        if not (head.isascii() and head.isdigit()):
            refuse(CodeError.LENGTH_MALFORMED, field)
        end = start + 4 + int(head[2:])
        if end > len(text):
            refuse(CodeError.FIELD_CUT_SHORT, field)
        if head[:2] in found:
            refuse(CodeError.FIELD_REPEATED, field)
        found[head[:2]] = text[start + 4 : end]
        start = end
    return found


def join_fields(fields: Iterable[tuple[str, str]]) -> str:
    """The text of the fields whose value is not empty; ZhimaError for a value that is too long."""
    return "".join(_field(name, value) for name, value in fields if value)


def _field(name: str, value: str) -> str:
    if len(value) > MAX_VALUE_CHARACTERS:
        raise ZhimaError(
            f"field {name} of a code holds {len(value)} characters: "
            f"at most {MAX_VALUE_CHARACTERS} fit"
        )
    return f"{name}{len(value):02}{value}"
