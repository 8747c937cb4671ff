"""What a code can say, and every way in which a text can fail to be one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MAX_CODE_CHARACTERS = 512
"""EMVCo's limit for a merchant-presented code; nothing of ours is longer."""
MAX_NAME_CHARACTERS = 25
MAX_CITY_CHARACTERS = 15
MAX_REFERENCE_CHARACTERS = 25


class CodeError(StrEnum):
    """Why a text is no code, in the order in which reading meets the reasons; it stops at one."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_CODE = "not_a_code"

    CRC_MISSING = "crc_missing"
    CRC_WRONG = "crc_wrong"
    VERSION_UNKNOWN = "version_unknown"
    LENGTH_MALFORMED = "length_malformed"
    FIELD_CUT_SHORT = "field_cut_short"
    FIELD_REPEATED = "field_repeated"
    FIELD_MISSING = "field_missing"
    FIELD_MALFORMED = "field_malformed"
    NO_WALLET_ACCOUNT = "no_wallet_account"
    """Only card networks are named in it: no wallet could pay."""
    CURRENCY_UNKNOWN = "currency_unknown"
    AMOUNT_MALFORMED = "amount_malformed"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    TIP_MALFORMED = "tip_malformed"

    KIND_UNKNOWN = "kind_unknown"
    PAY_CODE_LENGTH_WRONG = "pay_code_length_wrong"
    PAY_CODE_PREFIX_UNKNOWN = "pay_code_prefix_unknown"
    PAY_CODE_EXPIRED = "pay_code_expired"
    PAY_CODE_UNKNOWN = "pay_code_unknown"


@dataclass(frozen=True, slots=True)
class NotACode:
    """A text that was read and refused."""

    error: CodeError
    field: str = ""
    """The field at fault as the format numbers it (`54`, `62.05`), when one can be named."""


@dataclass(frozen=True, slots=True)
class Tip:
    """What a merchant says about tips."""

    kind: Literal["ask", "fixed", "percent"]
    amount: int = 0
    """Fen when fixed, hundredths of a percent when percent, zero when the payer is asked."""


@dataclass(frozen=True, slots=True)
class WalletAccount:
    """Whom to credit, and with which wallet operator."""

    operator: str
    """A name of the operator that is unique in the world, such as a reversed domain."""
    payee_id: str


@dataclass(frozen=True, slots=True)
class MerchantCode:
    """An EMVCo merchant-presented code: static on a wall, or dynamic for one order."""

    accounts: tuple[WalletAccount, ...]
    name: str
    city: str
    category: str = "0000"
    """ISO 18245 merchant category, four digits."""
    country: str = "CN"
    dynamic: bool = False
    amount_fen: int | None = None
    """None when the payer types the amount."""
    tip: Tip | None = None
    bill: str = ""
    """What people call the bill: a table, a train."""
    order_id: str = ""
    terminal: str = ""
    purpose: str = ""
    language: str = ""
    """Two letters of the language of `local_name` and `local_city`; empty when there are none."""
    local_name: str = ""
    local_city: str = ""


Purpose = Literal["pay", "tip", "gift", "friend"]


@dataclass(frozen=True, slots=True)
class PersonCode:
    """A person to give money to, or to befriend."""

    operator: str
    person_id: str
    purpose: Purpose = "pay"


@dataclass(frozen=True, slots=True)
class TicketCode:
    """A ticket as its holder shows it at a gate; `seal` proves who issued it."""

    operator: str
    ticket_id: str
    seal: str


@dataclass(frozen=True, slots=True)
class PayCode:
    """The payer's own one-time number, which the merchant scans or types."""

    digits: str


Code = MerchantCode | PersonCode | TicketCode | PayCode
