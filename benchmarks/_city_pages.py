"""People who look at their phones while the city is under load: how long the server takes."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from benchmarks._city_crowd import person_of

READERS = 40
PAGES = {
    "home": "phone:home",
    "history": "phone:history",
    "apps": "market:shelf",
    "bookings": "market:bookings",
    "score": "score:home",
    "receipt": "score:receipt",
    "timeline": "score:timeline",
    "circle": "score:circle",
    "doors": "score:doors",
    "life": "score:life",
    "contacts": "people:contacts",
}


class Readers:
    """Some of the people, logged in; each request is that of another, for the next page."""

    def __init__(self, people: int) -> None:
        from django.test import Client
        from django.urls import reverse

        from zhima.city.people.models import Person

        rng = random.Random(8)
        self._clients = []
        for number in rng.sample(range(people), READERS):
            client = Client(HTTP_HOST="localhost")
            client.force_login(
                Person.objects.get(pk=person_of(number)), "zhima.city.people.backend.PersonBackend"
            )
            self._clients.append(client)
        self._addresses = {name: reverse(page) for name, page in PAGES.items()}
        # Templates are compiled and rulebooks read once a process, not once a page.
        for address in self._addresses.values():
            assert self._clients[0].get(address).status_code == 200, address

    def read_until(self, is_over: Callable[[], bool]) -> dict[str, float]:
        """p50 and p95 of each page in ms, and of all of them, from request to whole answer."""
        took: dict[str, list[float]] = defaultdict(list)
        turn = 0
        while not is_over():
            for name, address in self._addresses.items():
                client = self._clients[turn % READERS]
                turn += 1
                started = time.perf_counter()
                answer = client.get(address)
                took[name].append((time.perf_counter() - started) * 1e3)
                assert answer.status_code == 200, (address, answer.status_code)
        figures = {"pages_read": float(turn)}
        for name, times in took.items():
            p50, p95 = np.percentile(times, [50, 95])
            figures |= {f"page_{name}_p50_ms": float(p50), f"page_{name}_p95_ms": float(p95)}
        worst = max(value for name, value in figures.items() if name.endswith("p95_ms"))
        return figures | {"page_worst_p95_ms": worst}
