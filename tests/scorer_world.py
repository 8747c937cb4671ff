"""A small city for tests that kill processes: filled, spoken about, scored and verified.

    python -m tests.scorer_world fill | report SEED | score | verify

Each is a process of its own; the environment says which city it is.
"""

from __future__ import annotations

import json
import os
import random
import sys
from uuid import UUID

PEOPLE = 24
APP = "library"
KINDS = (
    ("bill.paid", "bills", 9000, {"days_late": 0}),
    ("bill.paid", "bills", 7000, {"days_late": 9}),
    ("item.returned", "agreements", None, {"days_late": 0}),
    ("item.damaged", "agreements", None, {}),
    ("obligation.breached", "agreements", None, {}),
    ("complaint.received", "agreements", None, {}),
)


def person_of(number: int) -> UUID:
    """The id of a person."""
    return UUID(int=(number + 1) << 64)


def fill() -> None:
    """People who want a score, with ties old enough to count."""
    from datetime import timedelta

    from tests.city_scores import consent, opt_in
    from zhima.city import clock
    from zhima.city.ledger.accounts import open_accounts
    from zhima.city.ledger.model import Account
    from zhima.city.people.models import Person, Tie
    from zhima.city.wallet import books

    people = [
        Person.objects.create_user(f"p{number}", id=person_of(number)) for number in range(PEOPLE)
    ]
    for person in people:
        opt_in(person)
        consent(person, purposes=("bills", "agreements"))
        consent(person, app="wallet", purposes=("payments",))
    since = clock.now() - timedelta(days=100)
    rng = random.Random(1)
    pairs = {tuple(sorted(rng.sample(range(PEOPLE), 2))) for _ in range(3 * PEOPLE)}
    for low, high in sorted(pairs):
        Tie.objects.create(
            low=people[low], high=people[high], asked_by=people[low], agreed_at=since
        )
    accounts = [Account(books.WORLD, books.WORLD, may_go_negative=True)]
    accounts += [Account(books.purse(each), str(each.pk)) for each in people]
    open_accounts(books.store(), accounts, now_us=clock.now_us())


def report(seed: int) -> None:
    """Evidence, money and ties without end; what was committed is told, a line each."""
    from zhima.city import clock
    from zhima.city.ledger.requests import pay
    from zhima.city.people import contacts
    from zhima.city.people.models import Person
    from zhima.city.scoring import evidence
    from zhima.city.scoring.evidence import NewEvent
    from zhima.city.wallet import books

    rng, number = random.Random(seed), 0
    people = {person.pk: person for person in Person.objects.all()}
    while True:
        number += 1
        person = people[person_of(rng.randrange(PEOPLE))]
        other = people[person_of(rng.randrange(PEOPLE))]
        what = rng.random()
        if what < 0.7:
            kind, purpose, amount_fen, said = rng.choice(KINDS)
            name = f"{seed}:{number}"
            event = NewEvent(
                name, person.pk, kind, clock.now(), APP, purpose, amount_fen, None, said
            )
            assert evidence.report([event]) == ["recorded"]
            print("event", name, flush=True)
        elif what < 0.9:
            name = f"top-up {seed}:{number}"
            books.write(
                pay(transfer_id=name, payer=books.WORLD, payee=books.purse(person), amount_fen=100)
            )
            print("money", name, flush=True)
        elif person != other and not contacts.are_contacts(person=person, other=other):
            contacts.ask(person=person, other=other)
            contacts.agree(person=other, other=person)
        else:
            contacts.end(person=person, other=other)


def score() -> None:
    """The scorer, as `zhima scorer run` has it; a few looks are a backlog, to be read ahead."""
    from zhima.city.scoring import briefing, running

    briefing.AT_ONCE = 3
    print("ready", flush=True)
    running.run()


def verify() -> None:
    """Score what is left, then tell what is there and whether it can be made again."""
    from collections import Counter

    from zhima.city.scoring import money, rebuilding, running
    from zhima.city.scoring.models import Event, Score

    desk = running.Desk()
    while desk.turn() == 0 or not desk.is_ours:
        pass
    while money.take_in() or desk.turn() == 0:
        pass
    checked = rebuilding.check()
    seqs: Counter[UUID] = Counter()
    gaps = 0
    for person, seq in Score.objects.order_by("id").values_list("person_id", "seq"):
        seqs[person] += 1
        gaps += seq != seqs[person]
    told = {
        "differences": [f"{each.person_id} {each.what}" for each in checked.differences],
        "people": checked.people,
        "waiting": checked.waiting,
        "gaps": gaps,
        "scores": sum(seqs.values()),
        "events": list(Event.objects.values_list("event_id", flat=True)),
        "top_ups": Event.objects.filter(kind="wallet.topped_up").count(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    import django

    django.setup(set_prefix=False)
    role, *rest = sys.argv[1:]
    {"fill": fill, "score": score, "verify": verify}.get(role, lambda: report(int(rest[0])))()
