"""Any sequence of grants, readings, revocations and expiries: no reading without both its proofs.

A naive model keeps what was granted and until when. What the city gives must be what the model
allows, and every question must have left one entry that says how it ended.

`ZHIMA_SEQUENCES=10000` plays as many sequences; the build plays fewer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.scored import Published, a_score, published
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.disclosure import entries, grounds
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.reading import Basis, Reader, Refused, ask_door, score_of
from zhima.city.people.models import Person

SEQUENCES = int(os.environ.get("ZHIMA_SEQUENCES", "100"))
START = datetime(2026, 11, 25, 9, tzinfo=UTC)
READERS = (Reader("shop", "cars", "Cars"), Reader("partner", "heron", "Heron"))
FIELDS = {"profile": ("band", "score"), "door:car": ("outcome", "deposit")}
people, readers = st.integers(0, 1), st.sampled_from(READERS)
purposes = st.sampled_from(sorted(FIELDS))


class Consent(RuleBasedStateMachine):
    """Two people, two readers, two purposes, and time that passes."""

    scores: ClassVar[dict[UUID, Published]]
    """What the scorer published; the test fills it."""

    @initialize()
    def begin(self) -> None:
        self.scene = transaction.atomic()
        self.scene.__enter__()
        self.now = START
        self.people = [Person.objects.create_user(f"p{n}-{uuid4().hex[:8]}") for n in range(2)]
        self.allowed: dict[UUID, tuple[int, str, str, set[str], datetime]] = {}
        self.given: list[Grant] = []
        """In the order of giving: ids are random and differ when a sequence is played again."""
        self.ever: list[tuple[int, Reader, str]] = []
        self.asked = 0
        for number, person in enumerate(self.people):
            self.scores[person.pk] = a_score(630 + 30 * number)
            self.give(number, "score", "score", ("score",), 360)

    def at_now(self):
        return clock.pretending(clock.microseconds(self.now))

    def give(self, who: int, recipient: str, purpose: str, fields, days: int) -> None:
        with self.at_now():
            grant = grants.give(
                person=self.people[who],
                recipient=recipient,
                purpose=purpose,
                fields=fields,
                until=self.now + timedelta(days=days),
            )
        if recipient != "score":
            self.given.append(grant)
        for key, (other, to, what, *_) in list(self.allowed.items()):
            if (other, to, what) == (who, recipient, purpose):
                del self.allowed[key]
        self.allowed[grant.pk] = (who, recipient, purpose, set(grant.fields), grant.until)

    def allows(self, who: int, recipient: str, purpose: str, fields) -> bool:
        return any(
            (who, recipient, purpose) == (person, to, what)
            and set(fields) <= given
            and self.now < until
            for person, to, what, given, until in self.allowed.values()
        )

    @rule(
        who=people,
        reader=readers,
        purpose=purposes,
        both=st.booleans(),
        days=st.sampled_from((1, 1, 2, 30)),
    )
    def a_person_grants(self, who, reader, purpose, both, days) -> None:
        fields = FIELDS[purpose] if both else FIELDS[purpose][:1]
        self.ever.append((who, reader, purpose))
        self.give(who, reader.recipient, purpose, fields, days)

    @rule(data=st.data())
    def a_person_revokes(self, data) -> None:
        mine = [key for key, (_, to, *_rest) in self.allowed.items() if to != "score"]
        if mine:
            key = data.draw(st.sampled_from(mine))
            with self.at_now():
                grants.revoke(person=self.people[self.allowed[key][0]], grant_id=key)
            del self.allowed[key]

    @rule(who=people, sure=st.sampled_from((False, False, False, True)))
    def a_person_opts_out_and_in(self, who, sure) -> None:
        if not sure:
            return
        mine = [k for k, v in self.allowed.items() if (v[0], v[1]) == (who, "score")]
        for key in mine:
            with self.at_now():
                grants.revoke(person=self.people[who], grant_id=key)
            del self.allowed[key]
        if not mine:
            self.give(who, "score", "score", ("score",), 100)

    @rule(hours=st.sampled_from((1, 24, 25, 49)))
    def time_passes(self, hours) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def ends_are_told(self) -> None:
        with self.at_now():
            grants.tell_what_ran_out()

    @rule(both=st.booleans(), data=st.data())
    def a_reader_asks(self, both, data) -> None:
        self.asks(data, shown="no", both=both)

    @rule(data=st.data())
    def a_reader_shows_its_grant(self, data) -> None:
        self.asks(data, shown="own", both=False)

    @rule(data=st.data())
    def a_reader_shows_any_grant(self, data) -> None:
        self.asks(data, shown="any", both=False)

    def asks(self, data, *, shown: str, both: bool) -> None:
        who, reader, purpose = self.question(data)
        fields = FIELDS[purpose] if both else FIELDS[purpose][:1]
        known = [
            grant
            for grant in self.given
            if shown == "any" or (grant.recipient, grant.purpose) == (reader.recipient, purpose)
        ]
        grant = data.draw(st.sampled_from(known)) if shown != "no" and known else None
        may = self.allows(who, reader.recipient, purpose, fields)
        if grant is not None:
            mine = self.allowed.get(grant.pk)
            may = may and mine is not None and mine[:3] == (who, reader.recipient, purpose)
        asked = {"reader": reader, "person": self.people[who], "purpose": purpose}
        if purpose == "profile":
            self.expect(who, may, lambda: score_of(**asked, fields=fields, grant=grant))

    @rule(data=st.data())
    def a_reader_asks_at_a_door(self, data) -> None:
        who, reader, _ = self.question(data)
        may = self.allows(who, reader.recipient, "door:car", FIELDS["door:car"])
        asked = {"reader": reader, "person": self.people[who], "door_id": "car"}
        self.expect(who, may, lambda: ask_door(**asked))

    def question(self, data) -> tuple[int, Reader, str]:
        """Mostly something that was granted once: what was never granted is soon tried out."""
        any_one = (data.draw(people), data.draw(readers), data.draw(purposes))
        return data.draw(st.sampled_from([*self.ever, any_one]))

    @rule(who=people, named=st.booleans())
    def an_authority_asks(self, who, named) -> None:
        court = Reader("authority", "court", "Court")
        basis = Basis("law 1", "case 1") if named else None
        asked = {"reader": court, "person": self.people[who], "purpose": "profile"}
        self.expect(who, named, lambda: score_of(**asked, fields=("band",), basis=basis))

    def expect(self, who: int, may: bool, ask) -> None:
        may = may and self.allows(who, "score", "score", ("score",))
        self.asked += 1
        with self.at_now():
            ended = how_it_ended(ask)
        assert (ended is None) == may, ended or "read without a live grant"
        entry = Entry.objects.latest("pk")
        assert (entry.person_id, entry.detail["reason"]) == (self.people[who].pk, ended)
        assert entries.opens(bytes(entry.body), salt=bytes(entry.salt), detail=entry.detail)
        if ended is None and entry.detail["reader"]["kind"] != "authority":
            assert UUID(entry.detail["ground"].removeprefix("grant:")) in self.allowed

    @invariant()
    def every_question_left_one_entry(self) -> None:
        if hasattr(self, "asked"):
            assert Entry.objects.count() == self.asked

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            transaction.set_rollback(True)
            self.scene.__exit__(None, None, None)


def how_it_ended(ask: Callable[[], object]) -> str | None:
    """Why a question was refused; None when it was answered."""
    try:
        ask()
    except Refused as refused:
        return str(refused.reason)
    return None


@pytest.mark.usefixtures("db")
def test_no_sequence_reads_without_a_live_grant_and_an_entry(monkeypatch) -> None:
    # How often one may ask is another rule, with a test of its own.
    monkeypatch.setattr(grounds, "MOST_A_DAY", 10**6)
    with published() as scores:
        machine = type("Played", (Consent,), {"scores": scores})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
