"""Hints reach the screens of those they are for, in time and in this order: after the commit."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from tests.city_books import resident
from zhima.city.ledger import requests
from zhima.city.live.hub import Hub
from zhima.city.live.signals import NewSignals, announce
from zhima.city.wallet import books
from zhima.city.wallet.moved import NewEntries


def topics_after(hub: Hub, person, act) -> list[str]:
    """What a screen of `person` hears when `act` happens."""

    async def listen() -> list[str]:
        with hub.listening(person) as topics:
            await sync_to_async(act)()
            hub.ring()
            heard = [await asyncio.wait_for(topics.get(), 10)]
            await asyncio.sleep(0.3)
            while not topics.empty():
                heard.append(topics.get_nowait())
            return heard

    return asyncio.run(listen())


@pytest.mark.usefixtures("city")
class TestSources:
    def test_a_signal_is_given_once(self) -> None:
        ana, source = uuid4(), NewSignals()
        announce([ana], "contacts")
        assert list(source()) == [(ana, "contacts")]
        assert list(source()) == []
        announce([ana], "chats")
        assert list(source()) == [(ana, "chats")]

    def test_an_entry_of_the_ledger_is_a_hint_to_both_sides(self) -> None:
        ana, bo = resident("Ana", fen=100), resident("Bo")
        source = NewEntries()
        list(source())
        books.write(
            requests.pay(transfer_id="x", payer=books.purse(ana), payee=books.purse(bo), amount_fen=1)
        )
        assert sorted(source()) == sorted([(ana.pk, "money"), (bo.pk, "money")])
        assert list(source()) == []


def test_a_screen_hears_what_is_for_its_person_and_nothing_else() -> None:
    ana, bo = uuid4(), uuid4()
    news: list[tuple[object, str]] = []
    hub = Hub()
    hub.add_source(lambda: [news.pop(0) for _ in list(news)])
    heard = topics_after(hub, ana, lambda: news.extend([(bo, "money"), (ana, "chats")]))
    assert heard == ["chats"]


def test_a_stream_that_opens_late_hears_what_its_page_missed() -> None:
    ana, bo, news = uuid4(), uuid4(), []
    hub = Hub()
    hub.add_source(lambda: [news.pop(0) for _ in list(news)])
    topics_after(hub, bo, lambda: news.extend([(ana, "chats"), (bo, "money")]))
    assert topics_after(hub, ana, lambda: None) == ["chats"]


def test_a_source_that_fails_does_not_silence_the_others() -> None:
    from zhima.engine.kinds import ZhimaError

    ana, news = uuid4(), []

    def failing():
        raise ZhimaError("the ledger does not answer")

    hub = Hub()
    hub.add_source(failing)
    hub.add_source(lambda: [news.pop(0) for _ in list(news)])
    assert topics_after(hub, ana, lambda: news.append((ana, "money"))) == ["money"]
