"""Reading EMVCo merchant codes, ours and other operators'."""

from __future__ import annotations

import re

from zhima.city.ledger.amounts import BadAmount, fen_from_yuan
from zhima.city.ledger.model import Outcome
from zhima.city.qr.crc import crc_of
from zhima.city.qr.fields import refuse, split_fields
from zhima.city.qr.merchant_text import FIRST_WALLET_FIELD, LAST_WALLET_FIELD, YUAN
from zhima.city.qr.model import (
    MAX_CITY_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_REFERENCE_CHARACTERS,
    CodeError,
    MerchantCode,
    Tip,
    WalletAccount,
)

_CRC_CHARACTERS = 8
_PERCENT = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?", re.ASCII)
_AMOUNT = re.compile(r"[0-9.]{1,13}", re.ASCII)
_AMOUNT_ERRORS = {
    Outcome.AMOUNT_NOT_WHOLE_FEN: CodeError.AMOUNT_MALFORMED,
    Outcome.AMOUNT_NOT_POSITIVE: CodeError.AMOUNT_NOT_POSITIVE,
    Outcome.AMOUNT_TOO_LARGE: CodeError.AMOUNT_TOO_LARGE,
}
_REQUIRED = ("52", "53", "58", "59", "60")
_SHAPES = {
    "01": re.compile("1[12]"),
    "52": re.compile("[0-9]{4}"),
    "53": re.compile("[0-9]{3}"),
    "58": re.compile("[A-Z]{2}"),
    "59": re.compile(f"(?s:.{{1,{MAX_NAME_CHARACTERS}}})"),
    "60": re.compile(f"(?s:.{{1,{MAX_CITY_CHARACTERS}}})"),
}


def read_merchant(text: str) -> MerchantCode:
    """The code in a text that starts with `0002`; Unreadable when it is broken."""
    body = _checked(text)
    if not body.startswith("000201"):
        refuse(CodeError.VERSION_UNKNOWN, "00")
    fields = split_fields(body)
    for name in _REQUIRED:
        if name not in fields:
            refuse(CodeError.FIELD_MISSING, name)
    for name, shape in _SHAPES.items():
        if name in fields and not shape.fullmatch(fields[name]):
            refuse(CodeError.FIELD_MALFORMED, name)
    additional = _part(fields, "62", ("01", "05", "07", "08"))
    language = _part(fields, "64", ("00", "01", "02"))
    _require_language(language)
    accounts = _accounts(fields)
    if fields["53"] != YUAN:
        refuse(CodeError.CURRENCY_UNKNOWN, "53")
    return MerchantCode(
        accounts=accounts,
        name=fields["59"],
        city=fields["60"],
        category=fields["52"],
        country=fields["58"],
        dynamic=fields.get("01") == "12",
        amount_fen=_amount_fen(fields["54"], "54") if "54" in fields else None,
        tip=_tip(fields),
        bill=additional["01"],
        order_id=additional["05"],
        terminal=additional["07"],
        purpose=additional["08"],
        language=language["00"],
        local_name=language["01"],
        local_city=language["02"],
    )


def _checked(text: str) -> str:
    """The text before its CRC field, once the CRC is right."""
    body, crc = text[:-_CRC_CHARACTERS], text[-_CRC_CHARACTERS:]
    if not crc.startswith("6304"):
        refuse(CodeError.CRC_MISSING, "63")
    if crc_of(f"{body}6304") != crc[4:].upper():
        refuse(CodeError.CRC_WRONG, "63")
    return body


def _part(fields: dict[str, str], template: str, names: tuple[str, ...]) -> dict[str, str]:
    """The named fields inside a template, empty where absent."""
    found = split_fields(fields.get(template, ""), within=template)
    for name in names:
        if len(found.get(name, "")) > MAX_REFERENCE_CHARACTERS:
            refuse(CodeError.FIELD_MALFORMED, f"{template}.{name}")
    return {name: found.get(name, "") for name in names}


def _require_language(language: dict[str, str]) -> None:
    if any(language.values()) and not (len(language["00"]) == 2 and language["01"]):
        refuse(CodeError.FIELD_MALFORMED, "64")
    if len(language["02"]) > MAX_CITY_CHARACTERS:
        refuse(CodeError.FIELD_MALFORMED, "64.02")


def _accounts(fields: dict[str, str]) -> tuple[WalletAccount, ...]:
    accounts = []
    for number in range(FIRST_WALLET_FIELD, LAST_WALLET_FIELD + 1):
        if value := fields.get(str(number)):
            inside = split_fields(value, within=str(number))
            operator = inside.pop("00", "")
            # Below the operator's name each network numbers its fields as it likes.
            payee_id = next(iter(inside.values()), "")
            if not (operator and payee_id):
                refuse(CodeError.FIELD_MALFORMED, str(number))
            accounts.append(WalletAccount(operator, payee_id))
    if not accounts:
        refuse(CodeError.NO_WALLET_ACCOUNT)
    return tuple(accounts)


def _amount_fen(value: str, field: str) -> int:
    if not _AMOUNT.fullmatch(value):
        refuse(CodeError.AMOUNT_MALFORMED, field)
    try:
        # The format allows a point with nothing behind it.
        return fen_from_yuan(value.removesuffix("."))
    except BadAmount as error:
        refuse(_AMOUNT_ERRORS[error.outcome], field)


def _tip(fields: dict[str, str]) -> Tip | None:
    kind, fixed, percent = (fields.get(name) for name in ("55", "56", "57"))
    if kind == "01" and fixed is None and percent is None:
        return Tip("ask")
    if kind == "02" and fixed is not None and percent is None:
        return Tip("fixed", _amount_fen(fixed, "56"))
    if kind == "03" and fixed is None and percent is not None:
        return Tip("percent", _hundredths(percent))
    if (kind, fixed, percent) != (None, None, None):
        refuse(CodeError.TIP_MALFORMED, "55")
    return None


def _hundredths(value: str) -> int:
    found = _PERCENT.fullmatch(value)
    hundredths = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not hundredths:
        refuse(CodeError.TIP_MALFORMED, "57")
    return hundredths
