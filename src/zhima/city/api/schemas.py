"""What partners send and get. Amounts are whole fen, times are UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from zhima.city.api.models import MAX_URL_CHARACTERS
from zhima.city.ledger.model import MAX_AMOUNT_FEN
from zhima.city.pay.orders import DEFAULT_LIFE_S, OrderState
from zhima.city.qr.model import MAX_NAME_CHARACTERS, MAX_REFERENCE_CHARACTERS


def _whole(value: object) -> object:
    """JSON knows one kind of number: 200.0 is whole. A text or a truth value is no number."""
    if isinstance(value, bool | str):
        raise ValueError("a whole number is expected")
    return value


def _text(value: object) -> object:
    """Pydantic would take a number for seconds since 1970."""
    if isinstance(value, str) and "-" in value:
        return value
    raise ValueError("a date is expected, such as 2026-11-25, with its time and zone if any")


Whole = BeforeValidator(_whole)
Fen = Annotated[int, Field(ge=1, le=MAX_AMOUNT_FEN, examples=[1880]), Whole]
Life = Annotated[int, Field(ge=1, le=7 * 86_400), Whole]
Moment = Annotated[AwareDatetime, BeforeValidator(_text)]
"""A time with its zone."""
Day = Annotated[date, BeforeValidator(_text)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Line = r"^[^\x00-\x1f\x7f]*$"
"""One printable line."""
NAME = r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"
"""The same, with something at both ends."""


PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
"""1 to 65535."""


Flag = Annotated[bool, Field(strict=True)]
"""True or false: no 0, no "yes"."""


class Strict(Schema):
    """A body that holds what it may, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class OrderIn(Strict):
    """What a customer is to pay."""

    reference: Reference = Field(description="Your own number for it; the same one is one order.")
    amount_fen: Fen
    bill: str = Field(min_length=1, max_length=MAX_REFERENCE_CHARACTERS, pattern=Line)
    seat: str = Field("", max_length=40, pattern=Line, description="Makes its payment a ticket.")
    life_seconds: Life = DEFAULT_LIFE_S


class PaymentOut(Schema):
    """One payment, with what was given back of it."""

    payment_id: str
    amount_fen: int
    tip_fen: int
    refunded_fen: int
    paid_at: datetime


class OrderOut(Schema):
    """An order and where it stands."""

    order_id: str
    reference: str
    bill: str
    seat: str
    amount_fen: int
    paid_fen: int
    refunded_fen: int
    state: OrderState
    code: str = Field(description="The text to show as a QR code.")
    created_at: datetime
    expires_at: datetime
    payments: list[PaymentOut]


class OrderList(Schema):
    """A page of orders, the newest first."""

    orders: list[OrderOut]
    next_before: str = Field(description="Pass as `before` for the next page; empty at the end.")


class NamesIn(Strict):
    """What a shop is called."""

    en: str = Field(min_length=1, max_length=MAX_NAME_CHARACTERS, pattern=NAME, examples=["Tea"])
    zh: str = Field(
        "",
        max_length=MAX_NAME_CHARACTERS,
        pattern=f"^$|{NAME}",
        description="For whoever reads Chinese; empty, the other one stands there as well.",
    )


class NamesOut(Schema):
    """What a shop is called."""

    en: str
    zh: str


class ShopOut(Schema):
    """A shop as customers know it."""

    shop_id: str
    names: NamesOut
    city: str


class RefundIn(Strict):
    """How much goes back."""

    amount_fen: Fen


class RefundOut(Schema):
    """Money that went back."""

    refund_id: str
    amount_fen: int


class ChargeIn(Strict):
    """A customer's pay code and the amount to take."""

    pay_code: str = Field(pattern=r"^(2[5-9]|30)[0-9]{16}$", examples=["278436557949444142"])
    amount_fen: Fen


class ChargeOut(Schema):
    """A payment that was taken."""

    payment_id: str
    amount_fen: int


class AdmissionIn(Strict):
    """What the gate scanned."""

    code: str = Field(min_length=1, max_length=512, pattern=Line)


class AdmissionOut(Schema):
    """The gate may open."""

    ticket_id: str
    bill: str
    seat: str


class EndpointIn(Strict):
    """Where to send webhooks."""

    url: str = Field(
        max_length=MAX_URL_CHARACTERS,
        pattern=rf"^https?://[A-Za-z0-9.-]+(:{PORT})?(/[A-Za-z0-9._~/-]*)?$",
    )


class EndpointOut(Schema):
    """An endpoint; `secret` signs what is sent there."""

    endpoint_id: str
    url: str
    is_active: bool
    secret: str = Field(description="Told when it is made; empty afterwards.")


class EndpointList(Schema):
    """All endpoints of a shop."""

    endpoints: list[EndpointOut]


class DeliveryOut(Schema):
    """One event on its way to one endpoint."""

    delivery_id: str
    endpoint_id: str
    event: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    answered: str
    due_at: datetime


class DeliveryList(Schema):
    """The newest deliveries of a shop."""

    deliveries: list[DeliveryOut]


class CreditIn(Strict):
    """Another operator's payer paid our payee."""

    operator: str = Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9.-]+$")
    payee_id: str = Field(min_length=1, max_length=64, pattern=Line)
    amount_fen: Fen


class CreditOut(Schema):
    """The payee has the money."""

    state: Literal["paid"] = "paid"
