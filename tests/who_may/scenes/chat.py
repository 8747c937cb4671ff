"""The owner and the contact talk, and a red packet of the owner's lies there."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from tests.who_may.people import People
from zhima.city.chat.models import Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import send_packet
from zhima.city.chat.talk import conversation_with


def scene(people: People) -> dict[str, object]:
    """What the pages of chats are about."""
    owner = people.owner.person
    conversation, packet = conversation_with(person=owner, other=people.contact.person), uuid4()
    send_packet(
        money=LedgerMoney(),
        conversation=conversation,
        sender=owner,
        split=Split.LUCKY,
        shares_fen=[10],
        wish="",
        key=packet,
        now=timezone.now(),
    )
    return {
        "person_id": owner.pk,
        "conversation_id": conversation.pk,
        "packet_id": packet,
    }
