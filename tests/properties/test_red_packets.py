"""A red packet keeps every fen, however it is cut, opened and left."""

from __future__ import annotations

from random import Random
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.city_books import balance_fen, befriend, resident
from zhima.city.chat.models import RedPacket, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import OPEN_FOR, open_packet, send_packet, settle
from zhima.city.chat.shares import lucky_shares
from zhima.city.chat.talk import group_of
from zhima.city.ledger.audit import audit
from zhima.city.wallet import books


@given(st.integers(1, 100), st.integers(0, 300_000), st.integers())
def test_a_lucky_cut_is_exact_and_leaves_nobody_without(count: int, more: int, seed: int) -> None:
    shares = lucky_shares(total_fen=count + more, count=count, draw=Random(seed))
    assert len(shares) == count
    assert sum(shares) == count + more
    assert min(shares) >= 1


@pytest.mark.parametrize(("total_fen", "count"), [(2, 3), (0, 1), (5, 0), (5, -1)])
def test_what_cannot_be_cut_is_refused(total_fen: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be cut"):
        lucky_shares(total_fen=total_fen, count=count, draw=Random(1))


def test_no_place_is_luckier_than_another() -> None:
    draw = Random(7)
    cuts = [lucky_shares(total_fen=1000, count=4, draw=draw) for _ in range(4000)]
    means = [sum(cut[place] for cut in cuts) / len(cuts) for place in range(4)]
    assert means == pytest.approx([250] * 4, abs=10)


@pytest.mark.usefixtures("city")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shares=st.lists(st.integers(1, 400), min_size=1, max_size=5),
    order=st.lists(st.integers(0, 3), max_size=10),
    late_after=st.integers(0, 10),
)
def test_money_is_conserved_through_every_story(
    shares: list[int], order: list[int], late_after: int
) -> None:
    money, now = LedgerMoney(), timezone.now()
    people = [resident(f"p{uuid4().hex[:12]}", fen=2000) for _ in range(4)]
    for other in people[1:]:
        befriend(people[0], other)
    group = group_of(founder=people[0], title="All", people=people[1:])
    key = uuid4()
    send_packet(
        money=money,
        conversation=group,
        sender=people[0],
        split=Split.LUCKY,
        shares_fen=shares,
        wish="",
        key=key,
        now=now,
    )
    packet = RedPacket.objects.get(pk=key)
    for step, who in enumerate(order):
        at = now if step < late_after else now + OPEN_FOR
        open_packet(money=money, packet=packet, person=people[who], now=at)
    assert settle(money=money, packet=packet, now=now + OPEN_FOR)
    packet.refresh_from_db()
    taken_fen = sum(claim.amount_fen for claim in packet.claims.all())
    assert taken_fen + packet.returned_fen == packet.total_fen
    assert sum(map(balance_fen, people)) == 8000
    assert not audit(books.store()).findings
