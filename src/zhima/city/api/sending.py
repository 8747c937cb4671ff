"""Sending webhooks: signed, retried with growing pauses, given up after three days.

The machine's clock, from whoever calls: the other side checks the signature's time by its own, and
an endpoint that is down for a minute is not given up because the city's time was stepped.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException

from zhima.city.api.models import Delivery
from zhima.city.api.reaching import OUTSIDE, NotOutside, at_most, may_be_reached
from zhima.city.pay.signatures import signed_headers

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        5,
        5 * 60,
        30 * 60,
        2 * 3600,
        5 * 3600,
        10 * 3600,
        14 * 3600,
        20 * 3600,
        24 * 3600,
    )
)
"""After each failed attempt, as Standard Webhooks recommends."""
ANSWER_WITHIN_S = 15.0
CLAIMED_FOR = timedelta(minutes=2)
AT_ONCE = 100
GONE = 410


def deliver_due(*, now: datetime) -> int:
    """Try every delivery that is due; how many were tried. Several workers may run.

    An endpoint that gives no answer is asked once in a round: it must not hold up the others.
    """
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
    tried, silent = 0, set()
    for delivery in due.select_related("endpoint").order_by("due_at")[:AT_ONCE]:
        if delivery.endpoint_id not in silent and _claim(delivery, now):
            if not _try(delivery, now):
                silent.add(delivery.endpoint_id)
            tried += 1
    return tried


def _claim(delivery: Delivery, now: datetime) -> bool:
    """Take a delivery, unless another worker has just done so."""
    mine = Delivery.objects.filter(pk=delivery.pk, due_at=delivery.due_at, state=delivery.state)
    return mine.update(due_at=now + CLAIMED_FOR) == 1


def _try(delivery: Delivery, now: datetime) -> bool:
    """Send once; whether anybody answered."""
    status, delivery.answered = _post(delivery, now)
    delivery.attempts += 1
    if 200 <= status < 300:
        delivery.state = Delivery.State.DELIVERED
    elif status == GONE or delivery.attempts > len(PAUSES):
        delivery.state = Delivery.State.FAILED
    else:
        delivery.due_at = now + PAUSES[delivery.attempts - 1]
    delivery.save(update_fields=["state", "attempts", "answered", "due_at"])
    if status == GONE:
        delivery.endpoint.is_active = False
        delivery.endpoint.save(update_fields=["is_active"])
    return status != 0


def _post(delivery: Delivery, now: datetime) -> tuple[int, str]:
    """The status of the answer, zero for none, and a word about it."""
    endpoint = delivery.endpoint
    if not may_be_reached(endpoint.url):
        return 0, "not_reachable"
    body = json.dumps(delivery.body, ensure_ascii=False).encode()
    headers = signed_headers(
        secret=endpoint.secret, message_id=delivery.pk, at_s=int(now.timestamp()), body=body
    )
    request = urllib.request.Request(
        endpoint.url, body, {"content-type": "application/json", **headers}
    )
    try:
        with (
            at_most(ANSWER_WITHIN_S),
            OUTSIDE.open(request, timeout=ANSWER_WITHIN_S) as answer,
        ):
            return answer.status, f"http_{answer.status}"
    except urllib.error.HTTPError as answer:
        return answer.code, f"http_{answer.code}"
    except urllib.error.URLError as error:
        inside = isinstance(error.reason, NotOutside)
        return 0, "not_reachable" if inside else type(error.reason).__name__[:40]
    except (OSError, HTTPException) as error:
        return 0, type(error).__name__[:40]
