"""Any text that a camera saw or a person typed: a code, or a named reason why it is none."""

from __future__ import annotations

import re

from zhima.city.qr import paycode
from zhima.city.qr.fields import Unreadable, refuse
from zhima.city.qr.merchant_reading import read_merchant
from zhima.city.qr.merchant_text import merchant_text
from zhima.city.qr.model import (
    MAX_CODE_CHARACTERS,
    Code,
    CodeError,
    MerchantCode,
    NotACode,
    PayCode,
)
from zhima.city.qr.tagged import PREFIX, read_tagged, tagged_text

_TYPED_DIGITS = re.compile(r"[0-9]{4}[0-9 -]{0,60}", re.ASCII)
_PAYER_CODE_DIGITS = range(16, 25)
"""Lengths that wallets use for their payers' codes."""


def read_code(text: str) -> Code | NotACode:
    """Never raises. Spaces around a code, and between typed digits, do no harm."""
    try:
        return _read(text.strip())
    except Unreadable as stopped:
        return stopped.refusal


def code_text(code: Code) -> str:
    """The text that `read_code` reads back as `code`; ZhimaError for what fits no code."""
    if isinstance(code, MerchantCode):
        return merchant_text(code)
    return code.digits if isinstance(code, PayCode) else tagged_text(code)


def _read(text: str) -> Code:
    if not text:
        refuse(CodeError.EMPTY)
    if len(text) > MAX_CODE_CHARACTERS:
        refuse(CodeError.TOO_LONG)
    if text.startswith(PREFIX):
        return read_tagged(text)
    if text.startswith("0002"):
        return read_merchant(text)
    if not _TYPED_DIGITS.fullmatch(text):
        refuse(CodeError.NOT_A_CODE)
    return _read_pay_code(re.sub("[ -]", "", text))


def _read_pay_code(digits: str) -> PayCode:
    if len(digits) not in _PAYER_CODE_DIGITS:
        refuse(CodeError.PAY_CODE_LENGTH_WRONG)
    if len(digits) != paycode.DIGITS or not 25 <= int(digits[:2]) <= 30:
        refuse(CodeError.PAY_CODE_PREFIX_UNKNOWN)
    return PayCode(digits)
