"""Conversations: who may open one, who may write in it, saying something, sending money."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from zhima.city import clock
from zhima.city.chat.models import Conversation, Membership, Message, MessageKind, RedPacket
from zhima.city.chat.money import Money
from zhima.city.ledger.model import DONE, Outcome
from zhima.city.live.signals import announce
from zhima.city.people.contacts import are_contacts, contacts_of
from zhima.city.people.models import Person


def conversation_with(*, person: Person, other: Person) -> Conversation | None:
    """The one conversation of two people; made when they are contacts, else None if there is none.

    An old one stays readable after the tie has ended.
    """
    pair = "".join(sorted((person.pk.hex, other.pk.hex)))
    known = Conversation.objects.filter(pair=pair).first()
    if known is not None or not are_contacts(person=person, other=other):
        return known
    with transaction.atomic():
        conversation, fresh = Conversation.objects.get_or_create(pair=pair)
        if fresh:
            _join(conversation, (person, other))
    return conversation


@transaction.atomic
def group_of(*, founder: Person, title: str, people: Sequence[Person]) -> Conversation:
    """A new group of the founder and those of `people` who are the founder's contacts."""
    invited = contacts_of(founder).filter(pk__in=[person.pk for person in people])
    conversation = Conversation.objects.create(title=title)
    _join(conversation, (founder, *invited))
    return conversation


def conversations_of(person: Person) -> QuerySet[Conversation]:
    """All of a person's conversations, the latest first, each with its newest message's number."""
    newest = Message.objects.filter(conversation=OuterRef("pk")).order_by("-id").values("id")[:1]
    read = Membership.objects.filter(conversation=OuterRef("pk"), person=person)
    return (
        Conversation.objects.filter(memberships__person=person)
        .annotate(newest=Subquery(newest), read_to=Subquery(read.values("read_to")[:1]))
        .prefetch_related("members")
        .order_by("-last_at")
    )


def may_write(*, conversation: Conversation, person: Person) -> bool:
    """A group's members always; two people for as long as both agree to be contacts."""
    members = list(conversation.members.all())
    if person not in members:
        return False
    if not conversation.is_pair:
        return True
    return are_contacts(person=members[0], other=members[1])


def other_of(conversation: Conversation, person: Person) -> Person | None:
    """The one other member of a conversation of two."""
    if not conversation.is_pair:
        return None
    return next((member for member in conversation.members.all() if member != person), None)


@transaction.atomic
def say(
    *,
    conversation: Conversation,
    author: Person,
    key: UUID,
    kind: MessageKind = MessageKind.TEXT,
    text: str = "",
    amount_fen: int | None = None,
    packet: RedPacket | None = None,
) -> Message:
    """Put a message into the conversation; the same key again gives the message that is there."""
    message, fresh = Message.objects.get_or_create(
        key=key,
        defaults={
            "conversation": conversation,
            "author": author,
            "kind": kind,
            "text": text,
            "amount_fen": amount_fen,
            "packet": packet,
        },
    )
    if fresh:
        conversation.last_at = message.sent_at
        conversation.save(update_fields=["last_at"])
        touch(conversation)
    return message


def send_money(
    *,
    money: Money,
    conversation: Conversation,
    author: Person,
    payee: Person,
    amount_fen: int,
    memo: str,
    key: UUID,
) -> Outcome:
    """Pay the other one, and say so in the conversation when it is done."""
    outcome = money.send(
        key=f"chat:{key.hex}", payer=author, payee=payee, amount_fen=amount_fen, memo=memo
    )
    if outcome in DONE:
        say(
            conversation=conversation,
            author=author,
            key=key,
            kind=MessageKind.TRANSFER,
            text=memo,
            amount_fen=amount_fen,
        )
    return outcome


def mark_read(*, conversation: Conversation, person: Person, newest: int) -> None:
    """Everything up to message `newest` was on the person's screen."""
    Membership.objects.filter(conversation=conversation, person=person, read_to__lt=newest).update(
        read_to=newest
    )


def touch(conversation: Conversation) -> None:
    """Tell the screens of all members that the conversation changed."""
    people = conversation.memberships.values_list("person_id", flat=True)
    announce(people, f"chat-{conversation.pk.hex}")
    announce(people, "chats")


def _join(conversation: Conversation, people: Sequence[Person]) -> None:
    now = clock.now()
    Membership.objects.bulk_create(
        Membership(conversation=conversation, person=person, joined_at=now) for person in people
    )
