"""What a rental's software hears of bookings and agreements, and what if it refuses, hangs or dies.

Nothing of the person is told. Whatever happens to an endpoint, the booking is not touched, others
are told meanwhile, and what was given up stands in the office and can be sent again.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.city_phones import resident
from tests.listener import Listener
from tests.market_phones import Desk, booking_on, books, opens, tomorrow
from zhima.city.api import sending
from zhima.city.api.keys import make_key
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.api.sending import PAUSES, deliver_due
from zhima.city.market.models import Booking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]
State = Delivery.State


@pytest.fixture
def silence() -> Iterator[str]:
    """An endpoint that takes the call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hooks"


def hears(desk: Desk, url: str) -> Endpoint:
    return Endpoint.objects.create(merchant=desk.shop, url=url)


def rented(desk: Desk) -> Booking:
    ana = resident("Ana", fen=4000_00)
    return booking_on(books(ana, "car", "little", tomorrow("car", "little"), freeze="yes"))


def told(source: str) -> list[str]:
    found = Delivery.objects.filter(source=source).order_by("seq")
    return [delivery.body["type"] for delivery in found]


def in_a_moment() -> int:
    return deliver_due(now=timezone.now() + timedelta(seconds=1))


def test_every_move_of_a_booking_and_its_agreement_is_told_and_names_nobody() -> None:
    desk = opens("car")
    hears(desk, "http://127.0.0.1:9/hooks")
    car = rented(desk)
    desk.does("start", car, text="no scratch")
    desk.does("finish", car, amount_fen="400", text="a scratch", severity="1")
    assert told("bookings") == [f"booking.{word}" for word in ("booked", "in_use", "done")]
    agreed = ("quoted", "held", "in_use", "returned", "returned", "settled", "released")
    assert told("obligations") == [f"obligation.{word}" for word in agreed]
    booked = Delivery.objects.get(body__type="booking.booked").body["data"]
    assert (booked["booking_id"], booked["offer"]) == (car.pk, "little")
    assert booked["obligation_id"] == car.obligation_id
    person = car.person
    bodies = str(list(Delivery.objects.values_list("body", flat=True)))
    assert not {person.name, person.username, str(person.pk), person.pk.hex} & set(
        bodies.split("'")
    )


@pytest.mark.parametrize("answer", [400, 404, 500, 503])
def test_an_endpoint_that_refuses_is_asked_again_at_growing_pauses(
    listener: Listener, answer: int
) -> None:
    desk = opens("car")
    hears(desk, listener.url)
    listener.answer = answer
    car = rented(desk)
    first = Delivery.objects.get(body__type="booking.booked")
    for attempt, pause in enumerate(PAUSES[:3], start=1):
        before = timezone.now() if attempt == 1 else first.due_at
        deliver_due(now=max(before, first.due_at))
        first.refresh_from_db()
        assert (first.state, first.attempts) == (State.WAITING, attempt)
        assert first.answered == f"http_{answer}"
        assert pause <= first.due_at - before < pause + timedelta(seconds=30)
    listener.answer = 204
    deliver_due(now=first.due_at)
    first.refresh_from_db()
    assert first.state == State.DELIVERED
    car.refresh_from_db()
    assert car.state == "booked", "the booking is nothing to it"


def test_an_endpoint_that_hangs_is_left_after_a_time_and_holds_up_nobody(
    listener: Listener, silence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ANSWER_WITHIN_S", 0.2)
    desk = opens("car")
    hangs = hears(desk, silence)
    rented(desk)
    hears(desk, listener.url)
    desk.does("start", Booking.objects.get())
    began = time.monotonic()
    in_a_moment()
    assert time.monotonic() - began < 2, "one wait for the silent one, not one for each event"
    assert {json.loads(body)["type"] for _, body in listener.heard} == {
        "booking.in_use",
        "obligation.in_use",
    }
    waits = Delivery.objects.filter(endpoint=hangs)
    assert set(waits.values_list("state", flat=True)) == {State.WAITING}
    assert list(waits.filter(attempts=1).values_list("answered", flat=True)) == ["TimeoutError"]


def test_an_endpoint_that_died_is_given_up_seen_in_the_office_and_replayed(
    listener: Listener,
) -> None:
    desk = opens("car")
    dead = hears(desk, "http://127.0.0.1:9/hooks")
    rented(desk)
    lost = Delivery.objects.get(endpoint=dead, body__type="booking.booked")
    Delivery.objects.exclude(pk=lost.pk).delete()
    tries = 0
    while lost.state == State.WAITING:
        tries += deliver_due(now=lost.due_at)
        lost.refresh_from_db()
    assert (lost.state, lost.attempts, tries) == (State.FAILED, len(PAUSES) + 1, len(PAUSES) + 1)
    assert in_a_moment() == 0, "and is not tried for ever"

    office = Client()
    office.force_login(resident("Rui", is_staff=True, is_superuser=True).person)
    page = office.get("/office/console/counters/").content.decode()
    assert "Webhooks given up" in page
    register = office.get("/office/api/delivery/?state__exact=failed").content.decode()
    assert "booking.booked" in register
    assert "Given up" in register

    Endpoint.objects.filter(pk=dead.pk).update(url=listener.url)
    again = Client().post(
        f"/api/v1/webhook-deliveries/{lost.pk}/replay",
        headers={"Authorization": f"Bearer {make_key(desk.shop)}", "Idempotency-Key": "once-more"},
    )
    assert again.status_code == 202, again.content
    in_a_moment()
    lost.refresh_from_db()
    assert lost.state == State.DELIVERED
    assert [heard[0]["webhook-id"] for heard in listener.heard] == [lost.pk]
