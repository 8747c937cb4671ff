"""Webhooks go outside and nowhere else, whatever a partner's address says and does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.listener import Listener
from tests.partner import Partner
from zhima.city.api import sending
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.api.reaching import may_be_reached
from zhima.city.api.sending import deliver_due

pytestmark = pytest.mark.usefixtures("city")

INSIDE = (
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/",
    "https://192.168.1.1:8443/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://localhost/",
    "https://[::ffff:127.0.0.1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://224.0.0.1/",
)
NO_ADDRESS = (
    "http://1.1.1.1/",
    "https:///",
    "https://1.1.1.1:99999/",
    "https://a..b/",
    "ftp://1.1.1.1",
)


@pytest.fixture
def production(settings: Any) -> None:
    settings.DEMO = False


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("url", [*INSIDE, *NO_ADDRESS])
def test_what_lies_inside_or_nowhere_is_not_called(url: str) -> None:
    assert not may_be_reached(url)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("url", ["https://1.1.1.1/", "https://[2606:4700:4700::1111]:8443/hook"])
def test_what_lies_outside_may_be_called(url: str) -> None:
    assert may_be_reached(url)


def delivery_to(url: str) -> Delivery:
    endpoint = Endpoint.objects.create(merchant=Partner().shop, url=url)
    return Delivery.objects.create(endpoint=endpoint, seq=1, body={"type": "payment.received"})


def sent(delivery: Delivery) -> tuple[str, str]:
    assert deliver_due(now=timezone.now()) == 1
    delivery.refresh_from_db()
    return delivery.state, delivery.answered


@pytest.mark.usefixtures("production")
def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check hears a public address; the call would have gone to this machine."""
    port = int(listener.url.split(":")[2].split("/")[0])
    answers = iter([("93.184.216.34", port), ("127.0.0.1", port)])

    def rebound(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]

    delivery = delivery_to(f"https://rebind.example:{port}/")
    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    assert sent(delivery) == ("waiting", "not_reachable")


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", f"http://{'a' * 70}.example/"])
def test_an_address_that_is_none_stops_nobody_else(url: str, listener: Listener) -> None:
    delivery = delivery_to(url)
    assert sent(delivery)[0] == "waiting"
    assert sent(delivery_to(listener.url)) == ("delivered", "http_200")


@pytest.fixture
def dripping() -> Iterator[str]:
    """An endpoint that answers letter by letter, for longer than anybody waits."""
    ears = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def drip() -> None:
        line, _ = ears.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
            for _ in range(600):
                if is_over.wait(0.05):
                    return
                try:
                    line.sendall(b"a")
                except OSError:
                    return
            line.sendall(b"\r\n\r\n")

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{ears.getsockname()[1]}/"
    is_over.set()
    thread.join()
    ears.close()


def test_an_endpoint_that_answers_for_ever_is_cut_off(
    dripping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ANSWER_WITHIN_S", 0.5)
    state, answered = sent(delivery_to(dripping))
    assert state == "waiting"
    assert answered != "http_200"
