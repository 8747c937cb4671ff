"""A small city for tests that kill processes: filled, spoken about, scored and verified.

    python -m tests.scorer_world fill | report SEED | score | badges | die AFTER | verify

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


def badges() -> None:
    """Everybody who reaches a border gets a badge for it; then all break an agreement, unscored."""
    from tests.scored import a_badge
    from zhima.city import clock
    from zhima.city.badges.issuing import borders
    from zhima.city.people.models import Person
    from zhima.city.scoring import evidence
    from zhima.city.scoring.evidence import NewEvent
    from zhima.city.scoring.models import Standing

    settle()
    scores = dict(Standing.objects.values_list("person_id", "score"))
    reached = 0
    for person in Person.objects.filter(pk__in=scores):
        for border in [each for each in borders() if each <= scores[person.pk]][-1:]:
            a_badge(person, border)
            reached += 1
    now = clock.now()
    for number in range(PEOPLE):
        broken = NewEvent(
            f"fall:{number}", person_of(number), "obligation.breached", now, APP, "agreements"
        )
        assert evidence.report([broken]) == ["recorded"]
    print(reached, flush=True)


def die(after: str) -> None:
    """Tell of the badges; score, and be killed: when all is written, or when it is committed."""
    import signal

    from django.db import transaction

    from zhima.city.scoring import scorer, sql

    print(json.dumps(badges_now()), flush=True)

    def be_killed() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if after == "written":
        write = scorer._write
        scorer._write = lambda batch: (write(batch), be_killed())
    else:
        # What a batch calls first: nothing that waits for the commit comes before the end.
        soon = sql.commit_soon
        sql.commit_soon = lambda: (soon(), transaction.on_commit(be_killed))
    score()


def settle() -> None:
    """Score until nothing is left to look at, in the ledger either."""
    from zhima.city.scoring import money, running

    desk = running.Desk()
    while desk.turn() == 0 or not desk.is_ours:
        pass
    while money.take_in() or desk.turn() == 0:
        pass
    desk.close()


def verify() -> None:
    """Score what is left, then tell what is there and whether it can be made again."""
    from collections import Counter

    from zhima.city.scoring import rebuilding
    from zhima.city.scoring.models import Event, Score

    found = badges_now()
    settle()
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
        "badges": found,
        "badges at last": badges_now(),
        "top_ups": Event.objects.filter(kind="wallet.topped_up").count(),
    }
    print(json.dumps(told))


def badges_now() -> dict[str, int]:
    """How many badges are good, how many claim more than is so, and those that ended."""
    from zhima.city.badges.models import Batch
    from zhima.city.scoring.models import Standing

    scores = dict(Standing.objects.values_list("person_id", "score"))
    good = list(Batch.objects.filter(revoked_at=None))
    return {
        "good": len(good),
        "untrue": sum(batch.at_least > scores[batch.person_id] for batch in good),
        "ended": Batch.objects.exclude(revoked_at=None).count(),
    }


ROLES = {"fill": fill, "score": score, "badges": badges, "verify": verify}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhima.city.settings")
    import django

    django.setup(set_prefix=False)
    role, *rest = sys.argv[1:]
    if role == "report":
        report(int(rest[0]))
    elif role == "die":
        die(*rest)
    else:
        ROLES[role]()
