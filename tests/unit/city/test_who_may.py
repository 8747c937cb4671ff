"""Who may do what on every page of people, chat and phone: a table that must name every route."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.city_books import befriend, resident
from zhima.city.chat.models import Conversation, RedPacket, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import send_packet
from zhima.city.chat.talk import conversation_with
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")

ROOMS = ("phone", "people", "chat", "live", "demo")
WHO = ("owner", "contact", "stranger", "anonymous")
LOG_IN, HOME = "to log-in", "elsewhere"
ALL_IN = (200, 200, 200, LOG_IN)
EVERYBODY = (200, 200, 200, 200)
MEMBERS = (200, 200, 404, LOG_IN)
MEMBERS_WRITE = (302, 302, 404, LOG_IN)

GET = {
    # route: what the owner, a contact, a stranger and anybody get
    "phone:home": ALL_IN,
    "phone:history": ALL_IN,
    "phone:profile": ALL_IN,
    "phone:scan": ALL_IN,
    "phone:score": ALL_IN,
    "phone:manifest": EVERYBODY,
    "phone:worker": EVERYBODY,
    "phone:offline": EVERYBODY,
    "phone:language": (302, 302, 302, 302),
    "people:contacts": ALL_IN,
    "people:find": ALL_IN,
    "people:person": ALL_IN,
    "people:step": (405, 405, 405, LOG_IN),
    "chat:chats": ALL_IN,
    "chat:group": ALL_IN,
    "chat:with": (302, 302, 302, LOG_IN),
    "chat:conversation": MEMBERS,
    "chat:messages": MEMBERS,
    "chat:write": (405, 405, 405, LOG_IN),
    "chat:transfer": MEMBERS,
    "chat:new_packet": MEMBERS,
    "chat:packet": MEMBERS,
    "live:stream": (None, None, None, 204),
    "demo:two_phones": EVERYBODY,
    "demo:enter": (405, 405, 405, 405),
}
POST = {
    "people:step": (302, 302, 302, LOG_IN),
    "people:find": (302, 302, 302, LOG_IN),
    "chat:group": ALL_IN,
    "chat:write": MEMBERS_WRITE,
    "chat:transfer": (302, 302, 404, LOG_IN),
    "chat:new_packet": (302, 302, 404, LOG_IN),
    "chat:packet": (302, 302, 404, LOG_IN),
    "demo:enter": (404, 404, 404, 404),
}
FORMS = {
    "people:find": {"username": "ana"},
    "chat:write": {"text": "Hello"},
    "chat:transfer": {"amount_fen": "0.01"},
    "chat:new_packet": {"amount_fen": "0.01", "count": "1", "split": "lucky"},
}


@dataclass(frozen=True)
class Scene:
    """Ana and her contact Bo in a chat with a packet; Mei knows neither."""

    owner: Person
    contact: Person
    stranger: Person
    conversation: Conversation
    packet: RedPacket

    def address(self, route: str) -> str:
        arguments = {
            "people:person": {"person_id": self.owner.pk},
            "people:step": {"person_id": self.owner.pk, "wish": "ask"},
            "chat:with": {"person_id": self.owner.pk},
            "chat:packet": {"packet_id": self.packet.pk},
            "demo:enter": {"username": "ana"},
        }
        in_chat = {
            f"chat:{page}": {"conversation_id": self.conversation.pk}
            for page in ("conversation", "messages", "write", "transfer", "new_packet")
        }
        return reverse(route, kwargs={**arguments, **in_chat}.get(route))

    def browser(self, who: str) -> Client:
        client = Client()
        if who != "anonymous":
            client.force_login(getattr(self, who))
        return client


@pytest.fixture
def scene() -> Scene:
    ana, bo, mei = resident("Ana", fen=1000), resident("Bo", fen=1000), resident("Mei", fen=1000)
    befriend(ana, bo)
    conversation, key = conversation_with(person=ana, other=bo), uuid4()
    send_packet(
        money=LedgerMoney(),
        conversation=conversation,
        sender=ana,
        split=Split.LUCKY,
        shares_fen=[10],
        wish="",
        key=key,
        now=timezone.now(),
    )
    return Scene(ana, bo, mei, conversation, RedPacket.objects.get(pk=key))


def got(response: object, path: str) -> object:
    to_log_in = (
        response.status_code == 302 and response["Location"] == f"/account/login/?next={path}"
    )
    return LOG_IN if to_log_in else response.status_code


@pytest.mark.parametrize("route", GET)
def test_looking(scene: Scene, route: str) -> None:
    path = scene.address(route)
    for who, expected in zip(WHO, GET[route], strict=True):
        if expected is not None:
            assert (who, got(scene.browser(who).get(path), path)) == (who, expected)


@pytest.mark.parametrize("route", POST)
def test_sending(scene: Scene, route: str) -> None:
    path = scene.address(route)
    for who, expected in zip(WHO, POST[route], strict=True):
        form = {"key": uuid4(), **FORMS.get(route, {})}
        assert (who, got(scene.browser(who).post(path, form), path)) == (who, expected)


@pytest.mark.parametrize("route", POST)
def test_nothing_is_sent_from_another_site(scene: Scene, route: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.owner)
    assert client.post(scene.address(route), FORMS.get(route, {})).status_code == 403


def test_every_route_is_in_the_table() -> None:
    resolver = get_resolver()
    routes = {
        f"{room}:{name}"
        for room in ROOMS
        for name in resolver.namespace_dict[room][1].reverse_dict
        if isinstance(name, str)
    }
    assert routes == set(GET)


def test_a_stranger_learns_a_name_and_no_more(scene: Scene) -> None:
    page = scene.browser("stranger").get(scene.address("people:person")).content.decode()
    assert "Ana" in page
    assert "10.00" not in page
    assert "Bo" not in page


def test_nothing_about_a_block_is_told_to_the_blocked(scene: Scene) -> None:
    scene.browser("owner").post(
        reverse("people:step", kwargs={"person_id": scene.contact.pk, "wish": "block"})
    )
    contact = scene.browser("contact")
    page = contact.get(scene.address("people:person")).content.decode()
    assert "blocked" not in page.lower()
    assert (
        contact.post(scene.address("chat:write"), {"text": "?", "key": uuid4()}).status_code == 403
    )
