"""Opting out of the score is real: what was known is gone, what was promised goes on.

Ana gives her score up on the page and then pays for noodles. Her score, her evidence and her badges
are deleted, her contacts' scores are worked out without her, the log still verifies offline with
nothing but its files and key, and the audit finds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.city_books import befriend, city
from tests.city_phones import Phone, resident
from tests.city_scores import consent, good_record, new_scorer, opt_in, said, settle, tell
from tests.journeys.command import zhima
from zhima.city import clock
from zhima.city.badges.models import Batch
from zhima.city.consent import grants
from zhima.city.disclosure import feed, reading
from zhima.city.disclosure.publishing import publish
from zhima.city.disclosure.reading import Reader
from zhima.city.oversight import sealing
from zhima.city.oversight.audit import audit
from zhima.city.people.models import Tie
from zhima.city.scoring import rebuilding
from zhima.city.scoring.models import Due, Event, Lease, Score, Standing

pytestmark = pytest.mark.usefixtures("city")
__all__ = ["city"]
CARS = Reader("shop", "cars", "Lotus Cars")


@pytest.fixture
def friends() -> tuple[Phone, Phone]:
    ana, chen = resident("Ana", fen=100_00), resident("Chen", fen=100_00)
    befriend(ana.person, chen.person)
    Tie.objects.update(agreed_at=clock.now() - timedelta(days=200))
    for phone in (ana, chen):
        opt_in(phone.person)
        consent(phone.person)
    tell(*good_record(ana.person), said(chen.person, "booking.missed"))
    settle(new_scorer())
    grants.give(
        person=ana.person,
        recipient=CARS.recipient,
        purpose="door:car",
        fields=["outcome", "deposit"],
        until=clock.now() + timedelta(days=30),
    )
    reading.ask_door(reader=CARS, person=ana.person, door_id="car")
    Batch.objects.create(
        person=ana.person, at_least=600, issued_at=clock.now(),
        until=clock.now().date() + timedelta(days=30),
    )  # fmt: skip
    sealing.seal_new()
    return ana, chen


def newest(phone: Phone) -> Score:
    return Score.objects.filter(person_id=phone.person.pk).latest("seq")


def opts_out(ana: Phone, capture) -> None:
    with capture(execute=True):
        page = ana.post("score:give_up")
    assert "Paying and receiving go on as before" in page.text
    Lease.objects.all().delete()
    settle(new_scorer())


def test_nothing_known_is_kept_and_the_wallet_goes_on(
    friends, django_capture_on_commit_callbacks, tmp_path: Path
) -> None:
    ana, chen = friends
    with_her = newest(chen)
    opts_out(ana, django_capture_on_commit_callbacks)
    mine = {"person_id": ana.person.pk}
    assert [model.objects.filter(**mine).count() for model in (Score, Standing, Event, Due)] == [
        0
    ] * 4
    assert Batch.objects.get().revoked_at is not None
    without_her = newest(chen)
    assert (without_her.seq, without_her.cause) == (with_her.seq + 1, "consent:score")
    assert without_her.score < with_her.score, "her good name helped him"
    assert rebuilding.check().differences == ()
    with pytest.raises(reading.Refused, match="no_score"):
        reading.ask_door(reader=CARS, person=ana.person, door_id="car")
    stall = chen.opens_shop("Noodles")
    order = chen.asks(stall, "12.00")
    paid = ana.pay(order.code)
    assert paid.receipt
    assert ana.balance_fen == 88_00
    sealing.seal_new()
    assert list(audit()) == []
    verified(tmp_path)


def verified(folder: Path) -> None:
    """Published, then checked by the command with nothing but the files and the key."""
    publish(folder / "log")
    done = zhima("log", "verify", folder / "log", "--key", folder / "log" / "log.pub")
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_looked_before_is_still_told_and_the_readings_stay_proved(
    friends, django_capture_on_commit_callbacks, tmp_path: Path
) -> None:
    ana, _ = friends
    opts_out(ana, django_capture_on_commit_callbacks)
    (look,) = feed.feed(ana.person)
    assert (look.reader_name, look.purpose) == ("Lotus Cars", "door:car")
    kept = tmp_path / "entry.json"
    kept.write_bytes(ana.client.get(f"/who-looked/{look.entry_id}/proof/").content)
    publish(tmp_path / "log")
    done = zhima("log", "entry", kept, "--key", tmp_path / "log" / "log.pub")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Lotus Cars" in done.stdout
