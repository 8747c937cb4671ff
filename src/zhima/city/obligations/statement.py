"""For the yearly statement: a deposit that the score waived, and one that had to be frozen."""

from __future__ import annotations

from typing import Any

from zhima.city.doors import register
from zhima.city.doors.models import Received
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import Act, State


def note_start(*, obligation_id: str, act: str, **_: Any) -> None:
    """After an offer with a door was taken up: waived or frozen, and under which band."""
    if act != Act.START:
        return
    obligation = Obligation.objects.select_related("person").get(pk=obligation_id)
    kind = _KINDS.get(obligation.state)
    if kind is None or not obligation.deposit_fen:
        return
    reference = f"obligation:{obligation.pk}"
    band = register.band_for_statement(obligation.person, reference=reference)
    if band is not None:
        register.note(
            person=obligation.person,
            kind=kind,
            what=obligation.words,
            band=band,
            reference=reference,
            at=obligation.changed_at,
            worth_fen=obligation.deposit_fen,
        )


_KINDS = {
    State.WAIVED: Received.Kind.DEPOSIT_WAIVED,
    State.HELD: Received.Kind.DEPOSIT_ASKED,
}
