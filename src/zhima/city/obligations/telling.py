"""Whoever must know of a move: the score by evidence, the owner's software, open pages."""

from __future__ import annotations

from django.db import transaction

from zhima.city.api.events import queue_for
from zhima.city.live.signals import announce
from zhima.city.obligations.evidence import PURPOSE, STRUCK_WITH, event_id, said_by
from zhima.city.obligations.models import Move, Obligation
from zhima.city.obligations.signals import moved
from zhima.city.obligations.states import Act
from zhima.city.pay.shops import keepers_of, shop_account
from zhima.city.scoring import evidence
from zhima.city.scoring.evidence import NewEvent

WEBHOOKS = "obligations"


def tell(obligation: Obligation, move: Move) -> None:
    """In the transaction of the move: nothing is told that did not happen, nothing is forgotten."""
    _to_the_score(obligation, move)
    _to_the_owners_software(obligation, move)
    keepers = keepers_of(shop_account(obligation.merchant_id))
    announce({obligation.person_id, *keepers}, "agreements")
    transaction.on_commit(
        lambda: moved.send(sender=Obligation, obligation_id=obligation.pk, act=move.act)
    )


def body_of(obligation: Obligation, move: Move) -> dict[str, object]:
    """What the owner's software hears: where it stands and why, nothing about the person."""
    return {
        "type": f"obligation.{move.to_state}",
        "timestamp": move.at.isoformat(),
        "data": {
            "obligation_id": obligation.pk,
            "booking_id": obligation.booking_id,
            "act": move.act,
            "from": move.from_state,
            "to": move.to_state,
            "amount_fen": move.amount_fen,
            "deposit_fen": obligation.deposit_fen,
            "owed_fen": obligation.owed_fen,
            "why": move.why,
        },
    }


def _to_the_owners_software(obligation: Obligation, move: Move) -> None:
    queue_for(
        obligation.merchant_id,
        source=WEBHOOKS,
        seq=move.seq,
        body=body_of(obligation, move),
    )


def _to_the_score(obligation: Obligation, move: Move) -> None:
    if move.act == Act.STRIKE:
        _strike(obligation, move)
    events = [
        NewEvent(
            event_id=said.event_id,
            person_id=obligation.person_id,
            kind=said.kind,
            occurred_at=move.at,
            app=obligation.app,
            purpose=PURPOSE,
            amount_fen=said.amount_fen,
            counterparty_id=str(obligation.merchant_id),
            context=said.context,
        )
        for said in said_by(obligation, move)
    ]
    if events:
        evidence.report(events)


def _strike(obligation: Obligation, move: Move) -> None:
    """What the breach said counts no more; it stays on file with the reason beside it."""
    struck = obligation.moves.filter(act__in=STRUCK_WITH)
    for earlier in struck:
        kind = f"obligation.{earlier.to_state}"
        evidence.strike(event_id(earlier, kind), reason="appeal_upheld")
