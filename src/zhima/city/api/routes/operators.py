"""What other wallet operators ask of us, signed with the secret the two share."""

from __future__ import annotations

import time

from django.http import HttpRequest
from ninja import Router

from zhima.city.api.errors import ERRORS, ApiError, ErrorOut, refusal
from zhima.city.api.schemas import CreditIn, CreditOut
from zhima.city.ledger.model import Outcome
from zhima.city.pay.operators import known_operator, receive_credit
from zhima.city.pay.outcomes import Refused
from zhima.city.pay.signatures import is_signed

router = Router(tags=["operators"])


@router.post(
    "/operators/credits",
    auth=None,
    response={200: CreditOut, ERRORS: ErrorOut},
    operation_id="credit_payee",
)
def credit(request: HttpRequest, credit: CreditIn) -> CreditOut:
    """Credit our payee for a payment made elsewhere; `webhook-id` makes it happen once."""
    operator = known_operator(credit.operator)
    # The machine's clock: another operator signed by its own.
    if operator is None or not is_signed(
        request.headers, secret=operator.secret, body=request.body, at_s=time.time()
    ):
        raise ApiError(
            401,
            "signature_wrong",
            "The request is not signed by an operator we know.",
            field="webhook-signature",
            remedy="Sign as standardwebhooks.com describes, with the agreed secret.",
        )
    outcome = receive_credit(
        operator=operator.name,
        identity=request.headers["webhook-id"],
        payee_id=credit.payee_id,
        amount_fen=credit.amount_fen,
    )
    if outcome is not Outcome.PAID:
        raise refusal(Refused(outcome), field="payee_id")
    return CreditOut()
