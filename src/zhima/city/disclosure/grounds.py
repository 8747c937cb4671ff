"""On what ground a reading rests: the person's live grant, or the rule that stands in for one."""

from __future__ import annotations

from datetime import timedelta

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.disclosure import log
from zhima.city.disclosure.readers import Asked, Refusal, Refused

MOST_A_DAY = 60
"""Times that one reader may ask about one person: a score that is watched all day can be mapped."""


def ground_of(asked: Asked) -> str:
    """`grant:<id>` or `rule:<rule> <reference>`; raises Refused when there is none."""
    if not asked.reader.needs_grant:
        if asked.basis is None or not asked.basis.rule or not asked.basis.reference:
            raise Refused(Refusal.NO_BASIS)
        return f"rule:{asked.basis.rule} {asked.basis.reference}"
    since = clock.now() - timedelta(days=1)
    asked_before = log.count(person_id=asked.person.pk, reader=asked.reader.recipient, since=since)
    if asked_before >= MOST_A_DAY:
        raise Refused(Refusal.TOO_OFTEN)
    grant = _shown(asked) if asked.grant is not None else _live(asked)
    if not set(asked.fields) <= set(grant.fields):
        raise Refused(Refusal.FIELD_NOT_GRANTED)
    return f"grant:{grant.pk}"


def _live(asked: Asked) -> Grant:
    grant = grants.live(
        person_id=asked.person.pk, recipient=asked.reader.recipient, purpose=asked.purpose
    )
    if grant is None:
        raise Refused(Refusal.NO_GRANT)
    return grant


def _shown(asked: Asked) -> Grant:
    """The grant that the caller holds, as the city knows it; what the caller says counts not."""
    assert asked.grant is not None
    grant = Grant.objects.filter(pk=asked.grant.pk).first()
    if grant is None:
        raise Refused(Refusal.FORGED_GRANT)
    if grant.person_id != asked.person.pk or grant.recipient != asked.reader.recipient:
        raise Refused(Refusal.GRANT_OF_ANOTHER)
    if grant.purpose != asked.purpose:
        raise Refused(Refusal.GRANT_FOR_ANOTHER_PURPOSE)
    now = clock.now()
    if grant.revoked_at is not None and grant.revoked_at <= now:
        raise Refused(Refusal.GRANT_REVOKED)
    if not grant.is_live(now):
        raise Refused(Refusal.GRANT_EXPIRED)
    return grant
