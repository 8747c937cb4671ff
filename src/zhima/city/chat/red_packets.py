"""Red packets: filled once, opened once by each, and what nobody took goes back.

A place is taken in the chat's tables first and paid under an id of its own; whatever stops in
between is made good by `settle`, as often as it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from zhima.city import clock
from zhima.city.chat.models import Claim, Conversation, MessageKind, RedPacket, Split
from zhima.city.chat.money import LedgerMoney, Money
from zhima.city.chat.talk import say, touch
from zhima.city.ledger.model import DONE, Outcome
from zhima.city.people.models import Person

OPEN_FOR = timedelta(hours=24)


class Opening(StrEnum):
    """What became of an attempt to open a packet."""

    OPENED = "opened"
    ALREADY = "already"
    EXPIRED = "expired"
    GONE = "gone"
    """Others took all shares."""
    NOT_FOR_YOU = "not_for_you"
    """A packet to one person is not for whoever sent it."""


def send_packet(
    *,
    money: Money,
    conversation: Conversation,
    sender: Person,
    split: Split,
    shares_fen: Sequence[int],
    wish: str,
    key: UUID,
    now: datetime,
) -> Outcome:
    """Fill a packet and put it into the conversation; `key` makes sure that it happens once.

    The key must be the sender's own: whoever knew another's could answer for it.
    """
    total_fen = sum(shares_fen)
    packet, _ = RedPacket.objects.get_or_create(
        id=key,
        defaults={
            "conversation": conversation,
            "sender": sender,
            "split": split,
            "total_fen": total_fen,
            "shares_fen": list(shares_fen),
            "wish": wish,
            "made_at": now,
            "expires_at": now + OPEN_FOR,
        },
    )
    if packet.total_fen != total_fen:
        return Outcome.ID_REUSED_WITH_OTHER_AMOUNT
    outcome = money.fill(packet=packet.pk, payer=sender, amount_fen=packet.total_fen)
    if outcome in DONE:
        say(
            conversation=conversation,
            author=sender,
            key=key,
            kind=MessageKind.PACKET,
            text=packet.wish,
            amount_fen=packet.total_fen,
            packet=packet,
        )
    else:
        packet.delete()
    return outcome


def open_packet(*, money: Money, packet: RedPacket, person: Person, now: datetime) -> Opening:
    """Take the next share for a member of the conversation."""
    opening, claim = _take_place(packet.pk, person, now)
    if claim is not None and opening is Opening.OPENED:
        _pay(money, claim)
        touch(packet.conversation)
    if opening is Opening.EXPIRED:
        settle(money=money, packet=packet, now=now)
    return opening


def settle(*, money: Money, packet: RedPacket, now: datetime) -> bool:
    """End a packet whose time has come, and move what money is still due; whether all is done."""
    packet = _end_when_due(packet.pk, now)
    paid = [_pay(money, claim) for claim in packet.claims.filter(paid_at=None)]
    if packet.ended_at is None or not all(paid):
        return False
    if packet.returned_fen and packet.settled_at is None:
        # An unknown reference: the packet was never filled, so that there is nothing to return.
        outcome = money.give_back(packet=packet.pk, amount_fen=packet.returned_fen)
        if outcome not in {*DONE, Outcome.UNKNOWN_REFERENCE}:
            return False
        touch(packet.conversation)
    RedPacket.objects.filter(pk=packet.pk, settled_at=None).update(settled_at=now)
    return True


def settle_due(*, money: Money, now: datetime) -> int:
    """Settle every packet that is over or over time; how many are done with."""
    due = RedPacket.objects.filter(settled_at=None).filter(
        Q(expires_at__lte=now) | ~Q(ended_at=None)
    )
    return sum(settle(money=money, packet=packet, now=now) for packet in due)


def settle_all_due() -> None:
    """The chore: with the real money, now."""
    settle_due(money=LedgerMoney(), now=clock.now())


@transaction.atomic
def _take_place(packet_id: UUID, person: Person, now: datetime) -> tuple[Opening, Claim | None]:
    packet = RedPacket.objects.select_for_update().get(pk=packet_id)
    claim = packet.claims.filter(person=person).first()
    if claim is not None:
        return Opening.ALREADY, claim
    if packet.conversation.is_pair and packet.sender_id == person.pk:
        return Opening.NOT_FOR_YOU, None
    place = packet.claims.count()
    if place == len(packet.shares_fen):
        return Opening.GONE, None
    if packet.ended_at is not None or packet.expires_at <= now:
        return Opening.EXPIRED, None
    claim = Claim.objects.create(
        packet=packet, person=person, place=place, amount_fen=packet.shares_fen[place]
    )
    if place + 1 == len(packet.shares_fen):
        packet.ended_at = now
        packet.save(update_fields=["ended_at"])
    return Opening.OPENED, claim


@transaction.atomic
def _end_when_due(packet_id: UUID, now: datetime) -> RedPacket:
    packet = RedPacket.objects.select_for_update().get(pk=packet_id)
    if packet.ended_at is None and packet.expires_at <= now:
        taken_fen = packet.claims.aggregate(sum=Sum("amount_fen"))["sum"] or 0
        packet.ended_at, packet.returned_fen = now, packet.total_fen - taken_fen
        packet.save(update_fields=["ended_at", "returned_fen"])
    return packet


def _pay(money: Money, claim: Claim) -> bool:
    outcome = money.hand_out(
        packet=claim.packet_id, place=claim.place, payee=claim.person, amount_fen=claim.amount_fen
    )
    if outcome not in DONE:
        return False
    claim.paid_at = clock.now()
    claim.save(update_fields=["paid_at"])
    return True
