"""The payer's one-time code: issued to a phone, presented once at a till.

The machine's clock: a code is good for a minute of whoever holds the phone, and a step of the
city's time is no minute.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection
from django.utils import timezone

from zhima.city.pay.models import Payer
from zhima.city.pay.outcomes import Refusal, Refused
from zhima.city.pay.secret_keys import key_for
from zhima.city.people.models import Person
from zhima.city.qr import paycode
from zhima.city.qr.model import CodeError, NotACode, PayCode
from zhima.city.qr.reading import read_code

_NUMBER = """
    INSERT INTO pay_payer (person_id, slot, issued) VALUES (%s, %s, 0)
    ON CONFLICT (person_id) DO UPDATE SET slot = excluded.slot,
        issued = CASE WHEN pay_payer.slot = excluded.slot THEN pay_payer.issued + 1 ELSE 0 END
    RETURNING number, issued
"""
_SPEND = """
    INSERT INTO pay_usedpaycode (digits, used_at) VALUES (%s, %s) ON CONFLICT (digits) DO NOTHING
"""


def issue_pay_code(person: Person) -> str | Refused:
    """Eighteen digits, good for about a minute and for one use."""
    at_s = time.time()
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, (person.pk.hex, paycode.slot_at(at_s)))
        number, issued = cursor.fetchone()
    if issued >= paycode.CODES_A_SLOT:
        return Refused(Refusal.TOO_MANY_PAY_CODES)
    return paycode.pay_code(key=key_for("pay codes"), person_no=number, at_s=at_s, counter=issued)


def present_pay_code(text: str) -> UUID | Refused:
    """Whose code it is; from now on it is used, whatever becomes of the payment."""
    code = read_code(text)
    if isinstance(code, NotACode):
        return Refused(code.error)
    if not isinstance(code, PayCode):
        return Refused(Refusal.NOT_FOR_PAYING)
    issue = paycode.open_pay_code(code.digits, key=key_for("pay codes"), at_s=time.time())
    if isinstance(issue, CodeError):
        return Refused(issue)
    person_id = Payer.objects.filter(pk=issue.person_no).values_list("person_id", flat=True).first()
    if person_id is None:
        return Refused(CodeError.PAY_CODE_UNKNOWN)
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, (code.digits, timezone.now()))
        fresh = cursor.rowcount == 1
    return person_id if fresh else Refused(Refusal.PAY_CODE_USED)
