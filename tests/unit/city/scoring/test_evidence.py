"""Every verdict on reported evidence is produced here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.city_books import resident
from tests.city_scores import opt_in, said, scored_resident
from zhima.city.scoring.evidence import NewEvent, Verdict, report
from zhima.city.scoring.models import Due, Event
from zhima.engine.kinds import ZhimaError

pytestmark = pytest.mark.usefixtures("city")
FAR_EAST = timezone(timedelta(hours=14))


def verdict(event: NewEvent) -> Verdict:
    (answer,) = report([event])
    return answer


def cases() -> dict[Verdict, NewEvent]:
    ana = scored_resident("Ana")
    stranger, opted_in = resident("Bo"), resident("Chen")
    opt_in(opted_in)
    kept = said(ana, "booking.kept")
    report([kept])
    return {
        Verdict.UNKNOWN_KIND: said(ana, "prayer.missed"),
        Verdict.UNDECLARED_FIELD: said(ana, "booking.kept", rating=3),
        Verdict.FROM_THE_FUTURE: said(ana, "booking.kept", days_ago=-1),
        Verdict.TOO_LONG_AGO: said(ana, "booking.kept", at=datetime.min.replace(tzinfo=FAR_EAST)),
        Verdict.ID_REUSED: replace(kept, kind="booking.missed"),
        Verdict.ALREADY_RECORDED: kept,
        Verdict.NOT_OPTED_IN: said(stranger, "booking.kept"),
        Verdict.NO_CONSENT: said(opted_in, "booking.kept"),
        Verdict.RECORDED: said(ana, "booking.kept"),
    }


def test_every_verdict_has_its_case() -> None:
    told = {wanted: verdict(event) for wanted, event in cases().items()}
    assert list(told) == list(Verdict)
    assert all(given is wanted for wanted, given in told.items())
    assert Event.objects.count() == 2
    assert Due.objects.filter(cause__startswith="said:").count() == 2


def test_a_batch_answers_in_order_and_knows_itself() -> None:
    ana = scored_resident("Ana")
    kept = said(ana, "booking.kept")
    other = replace(kept, kind="booking.missed")
    assert report([kept, kept, other]) == [
        Verdict.RECORDED,
        Verdict.ALREADY_RECORDED,
        Verdict.ID_REUSED,
    ]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("booking.kept", {"amount_fen": 5}),
        ("bill.paid", {"amount_fen": None}),
        ("bill.paid", {"amount_fen": -5}),
        ("bill.paid", {"amount_fen": True}),
        ("bill.paid", {"amount_fen": 5, "context": {"days_late": "3"}}),
        ("bill.paid", {"amount_fen": 5, "context": {"days_late": 2**70}}),
        ("bill.paid", {"amount_fen": 5, "context": {"category": ""}}),
        ("item.struck", {}),
    ],
)
def test_what_a_kind_does_not_have_is_refused(kind: str, wrong: dict[str, object]) -> None:
    event = replace(said(scored_resident("Ana"), kind), **wrong)
    assert verdict(event) in {Verdict.UNDECLARED_FIELD, Verdict.UNKNOWN_KIND}


@pytest.mark.parametrize(
    "wrong",
    [{"occurred_at": datetime(2026, 1, 1)}, {"event_id": ""}, {"event_id": "a\nb"}],
)
def test_a_callers_mistake_is_an_error(wrong: dict[str, object]) -> None:
    event = replace(said(scored_resident("Ana"), "booking.kept"), **wrong)
    with pytest.raises(ZhimaError):
        report([event])
