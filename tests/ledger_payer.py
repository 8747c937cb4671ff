"""A process that pays without end and tells its parent each payment that was acknowledged.

Run as `python -m tests.ledger_payer STORE_URL NAME`; the parent kills it in the middle.
"""

from __future__ import annotations

import os
import sys
import threading
from itertools import count

from zhima.city.ledger.model import DONE, Transfer
from zhima.city.ledger.requests import capture, hold, pay, refund
from zhima.city.ledger.stores import open_store
from zhima.city.ledger.writer import Writer

PEOPLE = 12
THREADS = 12


def asks(name: str, payer: str, payee: str) -> list[tuple[Transfer, ...]]:
    """A payment, a deposit of which a part is taken and the rest set aside anew, a refund."""
    lunch = pay(transfer_id=f"{name}.lunch", payer=payer, payee=payee, amount_fen=3)
    room = hold(transfer_id=f"{name}.room", payer=payer, payee=payee, amount_fen=5)
    part = capture(transfer_id=f"{name}.part", hold_id=room.id, amount_fen=2)
    rest = hold(transfer_id=f"{name}.rest", payer=payer, payee=payee, amount_fen=3)
    back = refund(transfer_id=f"{name}.back", payment_id=lunch.id, amount_fen=1)
    return [(lunch,), (room,), (part._replace(linked=True), rest), (back,)]


def live(writer: Writer, name: str, number: int) -> None:
    payer, payee = f"person {number % PEOPLE}", f"person {(number + 1) % PEOPLE}"
    for turn in count():
        for chain in asks(f"{name}.{number}.{turn}", payer, payee):
            outcomes = writer.pay(*chain)
            assert all(outcome in DONE for outcome in outcomes), outcomes
            # One write is one piece, so that no line is cut when the process dies.
            os.write(1, "".join(f"{ask.id}\n" for ask in chain).encode())


def main() -> None:
    url, name = sys.argv[1:]
    writer = Writer(open_store(url))
    for number in range(THREADS):
        threading.Thread(target=live, args=(writer, name, number), daemon=True).start()
    # Only a signal ends it, or the store going away under every thread.
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread.name != "ledger-writer":
            thread.join()


if __name__ == "__main__":
    main()
