"""What the city does by itself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from tests.city_books import balance_fen, befriend, resident
from zhima.city import chores
from zhima.city.chat.models import RedPacket, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import send_packet
from zhima.city.chat.talk import conversation_with
from zhima.city.live.models import Signal
from zhima.engine.kinds import ZhimaError

pytestmark = pytest.mark.usefixtures("city")


def test_old_packets_go_back_and_old_hints_go_away() -> None:
    ana, bo = resident("Ana", fen=500), resident("Bo")
    befriend(ana, bo)
    long_ago = timezone.now() - timedelta(days=2)
    send_packet(
        money=LedgerMoney(),
        conversation=conversation_with(person=ana, other=bo),
        sender=ana,
        split=Split.LUCKY,
        shares_fen=[300],
        wish="",
        key=uuid4(),
        now=long_ago,
    )
    Signal.objects.update(at=long_ago)
    chores.do_all()
    assert balance_fen(ana) == 500
    assert RedPacket.objects.get().settled_at
    assert not Signal.objects.filter(at=long_ago).exists()


def test_a_chore_that_fails_does_not_stop_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def failing() -> None:
        raise ZhimaError("the ledger does not answer")

    monkeypatch.setattr(apps.get_app_config("people"), "chores", (failing,))
    monkeypatch.setattr(apps.get_app_config("live"), "chores", (lambda: done.append("live"),))
    chores.do_all()
    assert done == ["live"]
