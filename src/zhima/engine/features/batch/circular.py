"""Circular flows as an Ibis expression; the rule is in `events.flows`, its live twin in `live`."""

from __future__ import annotations

from typing import Any

import ibis

from zhima.engine.events.flows import FLOWING, CircularFlows
from zhima.engine.features.batch.session import Session
from zhima.engine.features.moments import DAY_MICROS


def without_circular(session: Session, past: Any, flows: CircularFlows) -> Any:
    """`past` without the events whose money came back, each row judged among what it can see."""
    given = [kind for kind, way in FLOWING.items() if way > 0]
    between = ["person_id", "counterparty_id", "as_of"]
    money = past.filter(
        past.kind.isin(list(FLOWING)), past.counterparty_id.notnull(), past.amount_fen.notnull()
    )
    out = money.filter(money.kind.isin(given)).select(between)
    back = money.filter(~money.kind.isin(given)).select(between)
    # Few pairs send money both ways; the windows are computed for those alone.
    both = money.semi_join(out, between).semi_join(back, between)
    both = both.mutate(micros=session.micros(both.occurred_at), gives=both.kind.isin(given))
    span = flows.window_days * DAY_MICROS
    window = ibis.range_window(
        preceding=span,
        following=span,
        group_by=[both[name] for name in between],
        order_by=both.micros,
    )
    sent = both.gives.ifelse(both.amount_fen, 0).sum().over(window)
    received = both.gives.ifelse(0, both.amount_fen).sum().over(window)
    judged = both.mutate(sent=sent, received=received)
    same = judged.gives.ifelse(judged.sent, judged.received)
    returned = judged.gives.ifelse(judged.received, judged.sent)
    circular = judged.filter((returned > 0) & (returned * 100 >= same * flows.percent))
    return past.anti_join(
        circular.select("person_id", "event_id", "as_of"), ["person_id", "event_id", "as_of"]
    )
