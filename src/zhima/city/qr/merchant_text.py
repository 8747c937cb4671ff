"""Merchant codes as text, after EMVCo's Merchant-Presented Mode, version 1.1."""

from __future__ import annotations

from zhima.city.ledger.amounts import yuan_from_fen
from zhima.city.qr.crc import crc_of
from zhima.city.qr.fields import join_fields
from zhima.city.qr.model import (
    MAX_CITY_CHARACTERS,
    MAX_CODE_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_REFERENCE_CHARACTERS,
    MerchantCode,
    Tip,
    WalletAccount,
)
from zhima.engine.kinds import ZhimaError

FIRST_WALLET_FIELD = 26
LAST_WALLET_FIELD = 51
YUAN = "156"
"""ISO 4217 number of the renminbi."""


def merchant_text(code: MerchantCode) -> str:
    """The text to put into a picture; ZhimaError names what does not fit."""
    _require_fitting(code)
    fields = [
        ("00", "01"),
        ("01", "12" if code.dynamic else "11"),
        *_wallet_fields(code.accounts),
        ("52", code.category),
        ("53", YUAN),
        ("54", "" if code.amount_fen is None else yuan_from_fen(code.amount_fen)),
        *_tip_fields(code.tip),
        ("58", code.country),
        ("59", code.name),
        ("60", code.city),
        ("62", _additional(code)),
        ("64", _in_other_language(code)),
    ]
    text = join_fields(fields) + "6304"
    if len(text) + 4 > MAX_CODE_CHARACTERS:
        raise ZhimaError(
            f"the code of {code.name!r} has {len(text) + 4} characters: "
            f"at most {MAX_CODE_CHARACTERS} fit"
        )
    return text + crc_of(text)


def _wallet_fields(accounts: tuple[WalletAccount, ...]) -> list[tuple[str, str]]:
    return [
        (str(number), join_fields((("00", account.operator), ("01", account.payee_id))))
        for number, account in enumerate(accounts, FIRST_WALLET_FIELD)
    ]


def _tip_fields(tip: Tip | None) -> tuple[tuple[str, str], ...]:
    if tip is None:
        return ()
    if tip.kind == "ask":
        return (("55", "01"),)
    if tip.kind == "fixed":
        return ("55", "02"), ("56", yuan_from_fen(tip.amount))
    return ("55", "03"), ("57", yuan_from_fen(tip.amount))


def _additional(code: MerchantCode) -> str:
    return join_fields(
        (
            ("01", code.bill),
            ("05", code.order_id),
            ("07", code.terminal),
            ("08", code.purpose),
        )
    )


def _in_other_language(code: MerchantCode) -> str:
    if not code.language:
        return ""
    return join_fields((("00", code.language), ("01", code.local_name), ("02", code.local_city)))


def _require_fitting(code: MerchantCode) -> None:
    limits = (
        ("name", code.name, 1, MAX_NAME_CHARACTERS),
        ("city", code.city, 1, MAX_CITY_CHARACTERS),
        ("bill", code.bill, 0, MAX_REFERENCE_CHARACTERS),
        ("order_id", code.order_id, 0, MAX_REFERENCE_CHARACTERS),
        ("terminal", code.terminal, 0, MAX_REFERENCE_CHARACTERS),
        ("purpose", code.purpose, 0, MAX_REFERENCE_CHARACTERS),
        ("local_name", code.local_name, 1 if code.language else 0, MAX_NAME_CHARACTERS),
        ("local_city", code.local_city, 0, MAX_CITY_CHARACTERS),
    )
    for what, value, least, most in limits:
        if not least <= len(value) <= most:
            raise ZhimaError(
                f"{what} {value!r} has {len(value)} characters: a code takes {least} to {most}"
            )
    wallets = LAST_WALLET_FIELD - FIRST_WALLET_FIELD + 1
    if not 1 <= len(code.accounts) <= wallets:
        raise ZhimaError(f"a merchant code names 1 to {wallets} wallets, not {len(code.accounts)}")
