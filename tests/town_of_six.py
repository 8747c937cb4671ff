"""Six people and a scorer: a small world that tests move step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.city_scores import consent, new_scorer, opt_in, said, settle
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.people import contacts
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import evidence
from zhima.city.scoring.models import Lease
from zhima.city.scoring.scorer import Scorer

START = datetime(2026, 8, 3, 4, tzinfo=UTC)
PEOPLE = 6
SAID = (
    ("bill.paid", "bills", {"days_late": 0}, 9000),
    ("bill.paid", "bills", {"days_late": 8}, 9000),
    ("bill.missed", "bills", {}, None),
    ("item.returned", "agreements", {"days_late": 0}, None),
    ("item.damaged", "agreements", {}, None),
    ("obligation.breached", "agreements", {}, None),
    ("complaint.received", "ratings", {}, None),
    ("payment.made", "payments", {}, 1200),
)


class Town:
    """Six people and a scorer, moved by steps."""

    def __init__(self) -> None:
        Lease.objects.all().delete()
        self.now = START
        self.people = [Person.objects.create_user(f"p{each}") for each in range(PEOPLE)]
        self.scorer: Scorer = new_scorer()
        self.events: list[str] = []
        for each in self.people:
            opt_in(each)
            consent(each)

    def do(self, step: tuple[str, int, int, int]) -> None:
        """One step, at its own time."""
        what, *rest = step
        self.now += timedelta(minutes=1)
        with clock.pretending(clock.microseconds(self.now)):
            moves: dict[str, Callable[..., None]] = {
                "say": self.say,
                "tie": self.tie,
                "untie": lambda i, j, _: self.untie(i, j),
                "revoke": lambda i, *_: self.revoke(i, "app:library"),
                "allow": lambda i, *_: consent(self.people[i]),
                "leave": lambda i, *_: self.revoke(i, "score"),
                "strike": lambda at, *_: self.strike(at),
                "suspend": lambda at, *_: self.suspend(at),
                "pass": lambda days, *_: self.pass_by(days),
                "work": lambda *_: self.scorer.work(),
                "crash": lambda *_: self.scorer.forget(),
            }
            moves[what](*rest)

    def say(self, i: int, which: int, days_ago: int) -> None:
        kind, purpose, context, amount_fen = SAID[which]
        event = said(
            self.people[i],
            kind,
            days_ago=days_ago,
            purpose=purpose,
            amount_fen=amount_fen,
            **context,
        )
        if evidence.report([event]) == [evidence.Verdict.RECORDED]:
            self.events.append(event.event_id)

    def tie(self, i: int, j: int, days: int) -> None:
        one, other = self.people[i], self.people[j]
        contacts.ask(person=one, other=other)
        if contacts.agree(person=other, other=one) == "agreed":
            low, high = sorted((one.pk, other.pk))
            tie = Tie.objects.get(low_id=low, high_id=high, ended_at=None)
            # A tie of old, as if told late: the network's day takes it up when it next begins.
            tie.agreed_at = self.now - timedelta(days=days)
            tie.save()

    def untie(self, i: int, j: int) -> None:
        contacts.end(person=self.people[i], other=self.people[j])

    def revoke(self, i: int, recipient: str) -> None:
        for grant in grants.of_person(self.people[i]).filter(recipient=recipient):
            grants.revoke(person=self.people[i], grant_id=grant.pk)

    def strike(self, at: int) -> None:
        if self.events:
            evidence.strike(self.events[at % len(self.events)], reason="not_proven")

    def suspend(self, at: int) -> None:
        if self.events:
            evidence.suspend(self.events[at % len(self.events)])

    def pass_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    def settled(self) -> None:
        """Until nothing is due."""
        with clock.pretending(clock.microseconds(self.now + timedelta(minutes=1))):
            settle(self.scorer)
