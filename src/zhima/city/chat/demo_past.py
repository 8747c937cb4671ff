"""What the demo's residents said before the demo began."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from zhima.city.chat.models import Conversation, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import send_packet
from zhima.city.chat.talk import conversation_with, group_of, say
from zhima.city.demo.history import Moment, Residents
from zhima.city.people.models import Person

GROUP = "Tennis on Saturday"
SAID = (
    # minutes ago, who, to whom (None: the group), what
    (2950, "bo", "ana", "Noodles at seven?"),
    (2944, "ana", "bo", "Yes. I pay, you paid last time."),
    (1570, "chen", None, "Court 2 is free at 18:00."),
    (1566, "ana", None, "I am in."),
    (1561, "bo", None, "Me too, ten minutes late."),
    (215, "li", "ana", "Thank you for the bikes!"),
)
LEFT_OPEN = (190, "chen", [212, 368, 220], "For new balls")
"""A packet in the group that nobody has opened: minutes ago, sender, shares, wish."""


def past(residents: Residents, now: datetime) -> Iterator[Moment]:
    """Everything said, and a packet to open."""
    for minutes, author, other, text in SAID:
        at = now - timedelta(minutes=minutes)
        yield Moment(at, _say(residents, author, other, text))
    yield Moment(now - timedelta(minutes=LEFT_OPEN[0]), _packet(residents))


def _say(
    residents: Residents, author: str, other: str | None, text: str
) -> Callable[[datetime], None]:
    def happen(_: datetime) -> None:
        conversation = _conversation(residents, author, other)
        say(conversation=conversation, author=residents[author], key=_key(text), text=text)

    return happen


def _packet(residents: Residents) -> Callable[[datetime], None]:
    _, sender, shares_fen, wish = LEFT_OPEN

    def happen(at: datetime) -> None:
        conversation = _conversation(residents, sender, None)
        send_packet(
            money=LedgerMoney(),
            conversation=conversation,
            sender=residents[sender],
            split=Split.LUCKY,
            shares_fen=shares_fen,
            wish=wish,
            key=_key(wish),
            now=at,
        )

    return happen


def _conversation(residents: Residents, author: str, other: str | None) -> Conversation:
    if other is not None:
        return conversation_with(person=residents[author], other=residents[other])
    known = Conversation.objects.filter(title=GROUP).first()
    return known or group_of(founder=residents["ana"], title=GROUP, people=_players(residents))


def _players(residents: Residents) -> list[Person]:
    return [residents["bo"], residents["chen"], residents["li"]]


def _key(text: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"openzhima/demo/{text}")
