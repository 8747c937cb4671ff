"""The writer: acknowledged means written, a failure means nothing is claimed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from zhima.city.ledger import accounts, history
from zhima.city.ledger.audit import audit
from zhima.city.ledger.desk import Desk
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.requests import hold, pay
from zhima.city.ledger.stores import Session, Store, StoreDown, open_store
from zhima.city.ledger.writer import LedgerBusy, LedgerClosed, Writer
from zhima.engine.kinds import ZhimaError

PEOPLE = ("ana", "bo", "cat")


@pytest.fixture
def store(new_ledger_url: Callable[[], str]) -> Iterator[Store]:
    store = open_store(new_ledger_url())
    accounts.open_account(store, account_id="bank", owner="bank", may_go_negative=True, now_us=1)
    for name in PEOPLE:
        accounts.open_account(store, account_id=name, owner=name, now_us=1)
    yield store
    store.close()


def gift(name: str, fen: int, payee: str = "ana") -> Transfer:
    return pay(transfer_id=name, payer="bank", payee=payee, amount_fen=fen)


def balance_fen(store: Store, name: str) -> int:
    return history.find_account(store, account_id=name).balance_fen


class Faulty:
    """A store whose transactions first wait for a signal, then may fail before they commit."""

    def __init__(self, store: Store) -> None:
        self.inner = store
        self.go = threading.Event()
        self.go.set()
        self.failures: list[Exception] = []
        self.commits = 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self.go.wait()
        with self.inner.transaction() as session:
            yield session
            if self.failures:
                raise self.failures.pop()
        self.commits += 1

    reading = close = None


def test_many_threads_spend_one_purse_to_the_last_fen(store: Store) -> None:
    outcomes: list[Outcome] = []
    with Writer(store) as writer:
        writer.pay(gift("start", 100))

        def spend(client: int) -> None:
            for turn in range(20):
                ask = pay(transfer_id=f"{client}.{turn}", payer="ana", payee="bo", amount_fen=1)
                outcomes.extend(writer.pay(ask))

        clients = [threading.Thread(target=spend, args=(client,)) for client in range(16)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert outcomes.count(Outcome.PAID) == 100
    assert outcomes.count(Outcome.NOT_ENOUGH) == 16 * 20 - 100
    assert (balance_fen(store, "ana"), balance_fen(store, "bo")) == (0, 100)
    assert audit(store).findings == []


def test_what_waits_together_is_written_in_one_commit(store: Store) -> None:
    faulty = Faulty(store)
    faulty.go.clear()
    with Writer(faulty, sweep_every_s=60) as writer:
        first = writer.submit(gift("0", 1))
        slips = [writer.submit(gift(str(number), 1)) for number in range(1, 50)]
        faulty.go.set()
        assert [*first.wait(), *(slip.wait()[0] for slip in slips)] == [Outcome.PAID] * 50
    assert faulty.commits <= 3
    assert balance_fen(store, "ana") == 50


def test_a_store_that_fails_to_commit_acknowledges_nobody(store: Store) -> None:
    faulty = Faulty(store)
    faulty.failures = [StoreDown("the disk is full")]
    with Writer(faulty, sweep_every_s=60) as writer:
        with pytest.raises(StoreDown, match="disk is full"):
            writer.pay(gift("lost", 5))
        assert balance_fen(store, "ana") == 0
        assert writer.pay(gift("lost", 5)) == [Outcome.PAID]
    assert balance_fen(store, "ana") == 5
    assert audit(store).findings == []


class Poison:
    """A transfer that breaks whatever looks at it."""

    linked = False

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"poisoned {name}")


def test_one_broken_submission_does_not_hurt_the_others(store: Store) -> None:
    faulty = Faulty(store)
    faulty.go.clear()
    with Writer(faulty, sweep_every_s=60) as writer:
        good = [writer.submit(gift(str(number), 1)) for number in range(5)]
        bad = writer.submit(Poison())
        more = [writer.submit(gift(str(number), 1)) for number in range(5, 10)]
        faulty.go.set()
        assert {slip.wait()[0] for slip in good + more} == {Outcome.PAID}
        with pytest.raises(RuntimeError, match="poisoned"):
            bad.wait()
    assert balance_fen(store, "ana") == 10


def test_a_full_queue_refuses_and_takes_nothing(store: Store) -> None:
    faulty = Faulty(store)
    faulty.go.clear()
    with Writer(faulty, max_waiting=3, sweep_every_s=60) as writer:
        # The writer holds one; three more may wait.
        first = writer.submit(gift("first", 1))
        wait_until(lambda: writer._queue.empty())
        slips = [first, *(writer.submit(gift(str(number), 1)) for number in range(3))]
        with pytest.raises(LedgerBusy):
            writer.submit(gift("refused", 1))
        faulty.go.set()
        for slip in slips:
            assert slip.wait() == [Outcome.PAID]
    assert balance_fen(store, "ana") == 4


def test_closing_writes_what_waits_and_refuses_what_comes_later(store: Store) -> None:
    writer = Writer(store)
    slips = [writer.submit(gift(str(number), 1)) for number in range(20)]
    writer.close()
    assert [slip.wait(timeout_s=0)[0] for slip in slips] == [Outcome.PAID] * 20
    with pytest.raises(LedgerClosed):
        writer.pay(gift("late", 1))
    assert balance_fen(store, "ana") == 20


def test_waiting_too_long_says_so(store: Store) -> None:
    faulty = Faulty(store)
    faulty.go.clear()
    with Writer(faulty, sweep_every_s=60) as writer:
        slip = writer.submit(gift("slow", 1))
        with pytest.raises(TimeoutError):
            slip.wait(timeout_s=0.01)
        faulty.go.set()
        assert slip.wait() == [Outcome.PAID]


def test_holds_expire_though_nobody_pays(store: Store) -> None:
    now_us = [1_000]
    with Writer(store, clock_us=lambda: now_us[0], sweep_every_s=0.01) as writer:
        writer.pay(gift("start", 10))
        writer.pay(
            hold(transfer_id="h", payer="ana", payee="bo", amount_fen=10, expires_at_us=2_000)
        )
        now_us[0] = 2_000
        wait_until(lambda: history.find_account(store, account_id="ana").available_fen == 10)


def wait_until(happened: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if happened():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen within ten seconds")


def test_a_last_transfer_cannot_be_linked(store: Store) -> None:
    with Writer(store) as writer, pytest.raises(ZhimaError, match="linked to nothing"):
        writer.submit(gift("a", 1)._replace(linked=True))


def test_coroutines_pay_through_a_desk(store: Store) -> None:
    async def live(writer: Writer) -> list[Outcome]:
        desk = Desk(writer)
        asks = [desk.pay(gift(str(number), 1)) for number in range(300)]
        answers = await asyncio.gather(*asks)
        return [outcome for outcomes in answers for outcome in outcomes]

    with Writer(store) as writer:
        assert asyncio.run(live(writer)) == [Outcome.PAID] * 300
    assert balance_fen(store, "ana") == 300


def test_a_desk_passes_failures_on_and_survives_who_stops_waiting(store: Store) -> None:
    faulty = Faulty(store)

    async def live(writer: Writer) -> None:
        desk = Desk(writer)
        faulty.failures = [StoreDown("gone")]
        with pytest.raises(StoreDown):
            await desk.pay(gift("failed", 1))
        faulty.go.clear()
        impatient = asyncio.create_task(desk.pay(gift("1", 1)))
        await asyncio.sleep(0)
        impatient.cancel()
        faulty.go.set()
        assert await desk.pay(gift("2", 1)) == [Outcome.PAID]

    with Writer(faulty, sweep_every_s=60) as writer:
        asyncio.run(live(writer))
    assert balance_fen(store, "ana") == 2
