"""The same Idempotency-Key gets the same answer, however often it is asked.

The machine's clock: a request that is worked on has not died because the city's time was stepped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Header, Schema

from zhima.city.api.errors import ApiError
from zhima.city.api.models import KeptAnswer
from zhima.city.pay.models import Merchant

GIVEN_UP_AFTER = timedelta(seconds=60)
"""A request that took so long has died; asking again is safe, for the ledger knows its id."""

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="Yours for this wish; repeat it when you repeat the request.",
    ),
]


def once(
    request: HttpRequest, merchant: Merchant, key: str, work: Callable[[], tuple[int, Schema]]
) -> HttpResponse:
    """Do `work` for the first request under `key`; give its answer again to every later one."""
    digest = _digest_of(request)
    kept, fresh = _claim(merchant, key, digest)
    if not fresh:
        return _repeated(kept, digest)
    try:
        status, answer = work()
        body = answer.model_dump(mode="json")
    except ApiError as error:
        if error.status >= 500:
            kept.delete()
            raise
        status, body = error.status, error.body
    except Exception:
        kept.delete()
        raise
    kept.status, kept.body = status, body
    kept.save(update_fields=["status", "body"])
    return JsonResponse(body, status=status)


def _claim(merchant: Merchant, key: str, digest: str) -> tuple[KeptAnswer, bool]:
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                merchant=merchant, key=key, request_digest=digest
            ), True
    except IntegrityError:
        dead = KeptAnswer.objects.filter(
            merchant=merchant,
            key=key,
            status=0,
            request_digest=digest,
            asked_at__lt=timezone.now() - GIVEN_UP_AFTER,
        )
        revived = dead.update(asked_at=timezone.now()) == 1
        return KeptAnswer.objects.get(merchant=merchant, key=key), revived


def _repeated(kept: KeptAnswer, digest: str) -> HttpResponse:
    if kept.request_digest != digest:
        raise ApiError(
            409,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            field="Idempotency-Key",
            remedy="Use a new key for a new wish.",
        )
    if not kept.status:
        raise ApiError(
            409,
            "still_working",
            "The first request under this Idempotency-Key is not finished.",
            field="Idempotency-Key",
            remedy="Send the same request again in a second.",
        )
    response = JsonResponse(kept.body, status=kept.status)
    response["Idempotent-Replayed"] = "true"
    return response


def _digest_of(request: HttpRequest) -> str:
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()
