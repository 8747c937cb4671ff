"""One shape for every error: what happened, in which field, and what to do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    RawPostDataException,
)
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from zhima.city.ledger.model import Outcome
from zhima.city.ledger.stores import StoreDown
from zhima.city.ledger.writer import LedgerBusy
from zhima.city.pay.outcomes import Reason, Refusal, Refused
from zhima.city.pay.words import sentence

ERRORS = frozenset({400, 401, 404, 409, 413, 422, 429, 503})
_RETRY_AFTER_S = {429: "60", 503: "1"}
_NOT_THERE = frozenset(
    {Refusal.PAYMENT_UNKNOWN, Refusal.TICKET_UNKNOWN, Refusal.PAYEE_UNKNOWN, Refusal.ORDER_UNKNOWN}
)


class ErrorBody(Schema):
    """What went wrong."""

    code: str = Field(description="A closed snake_case word for machines.")
    message: str = Field(description="What happened, for people.")
    field: str = Field(description="The field at fault, dotted; empty when there is none.")
    remedy: str = Field(description="What to do about it.")


class ErrorOut(Schema):
    """The one shape of every error."""

    error: ErrorBody


class ApiError(Exception):
    """Raised anywhere in a route; becomes an answer of the one shape."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str = "", remedy: str
    ) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "field": field, "remedy": remedy}}


def refusal(refused: Refused, *, field: str = "") -> ApiError:
    """A refusal of the pay room: 409, for the request is right and the state of things is not."""
    with translation.override("en"):
        message = sentence(refused.reason)
    return ApiError(
        404 if refused.reason in _NOT_THERE else 409,
        str(refused.reason),
        message,
        field=field,
        remedy=REMEDIES.get(refused.reason, "Look the code up in docs/partner-api.md."),
    )


REMEDIES: dict[Reason, str] = {
    Outcome.NOT_ENOUGH: "Ask the payer to top up, or ask for less.",
    Outcome.REFUND_OVER_PAID: "Refund at most what is left of the payment.",
    Outcome.ID_REUSED_WITH_OTHER_AMOUNT: "Use a new Idempotency-Key for a new wish.",
    Outcome.ACCOUNT_FROZEN: "Ask the account's owner to have it unfrozen.",
    Refusal.ORDER_PAID: "Nothing: the order is paid. Refund it to give money back.",
    Refusal.ORDER_CLOSED: "Make a new order.",
    Refusal.ORDER_EXPIRED: "Make a new order.",
    Refusal.REFERENCE_REUSED: "Use another reference, or send the same terms again.",
    Refusal.PAY_CODE_USED: "Ask the payer to show a fresh pay code.",
    Refusal.PAYMENT_UNKNOWN: "Check the id: it must be a payment to this shop.",
}


def not_found(what: str) -> ApiError:
    """Something that is not there, or not this partner's."""
    return ApiError(
        404,
        f"{what}_unknown",
        f"There is no such {what} at this shop.",
        remedy="Check the id and that the key belongs to the same shop.",
    )


def method_refused(allowed: str) -> HttpResponse:
    """The answer to a method that a route does not have."""
    error = ApiError(
        405,
        "method_not_allowed",
        "This address does not take this method.",
        remedy=f"Use {allowed}.",
    )
    return JsonResponse(error.body, status=405, headers={"Allow": allowed})


def install(api: NinjaAPI) -> None:
    """Give every error of `api` the one shape."""

    def answer(request: HttpRequest, error: ApiError) -> HttpResponse:
        response = api.create_response(request, error.body, status=error.status)
        if error.status in _RETRY_AFTER_S:
            response["Retry-After"] = _RETRY_AFTER_S[error.status]
        return response

    def own(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, error)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _invalid(error))

    def anonymous(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _ANONYMOUS)

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _BROKEN_BODY)

    def too_big(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _BIG_BODY)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, not_found("resource"))

    def busy(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, _BUSY)

    for kind, handler in (
        (ApiError, own),
        (ValidationError, invalid),
        (AuthenticationError, anonymous),
        (HttpError, http),
        # Whoever looks for a token in a form parses the body before the route does.
        (MultiPartParserError, http),
        (RawPostDataException, http),
        (RequestDataTooBig, too_big),
        (Http404, missing),
        (LedgerBusy, busy),
        (StoreDown, busy),
    ):
        api.add_exception_handler(kind, handler)


def _invalid(error: ValidationError) -> ApiError:
    first = error.errors[0]
    # Ninja puts the source and the argument's name in front: body, order, amount_fen.
    place = [str(part) for part in first["loc"]]
    field = ".".join(place[2:] if place[:1] == ["body"] else place[1:])
    return ApiError(
        422,
        "field_invalid",
        f"{field or 'The request'}: {first['msg']}.",
        field=field,
        remedy="Send the field as the OpenAPI document describes it.",
    )


_ANONYMOUS = ApiError(
    401,
    "key_unknown",
    "The request carries no valid key.",
    field="Authorization",
    remedy="Send 'Authorization: Bearer <key>' with a key from the shop's page.",
)
_BROKEN_BODY = ApiError(
    400,
    "body_malformed",
    "The body is not JSON.",
    remedy="Send a JSON object with content-type application/json.",
)
_BIG_BODY = ApiError(
    413,
    "body_too_large",
    "The body is longer than any request needs.",
    remedy="Send only the fields that the OpenAPI document describes.",
)
_BUSY = ApiError(
    503,
    "ledger_busy",
    "The ledger does not answer at the moment.",
    remedy="Send the same request again, with the same Idempotency-Key.",
)
