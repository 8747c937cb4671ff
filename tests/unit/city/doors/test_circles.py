"""What goes through contacts: parties by band and who was left out, introductions by consent."""

from __future__ import annotations

import itertools

import pytest

from tests.city_books import befriend, resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.doors import introductions, parties, register, sharing
from zhima.city.doors.models import Guest, Introduction, Received
from zhima.city.people import contacts
from zhima.engine.kinds import Text, ZhimaError

pytestmark = pytest.mark.usefixtures("city")


def test_a_party_by_band_says_who_was_left_out_and_to_the_host_only_how_many() -> None:
    host = resident("Host")
    for name, score, shares in (("High", 720, True), ("Low", 560, True), ("Shy", 800, False)):
        guest = resident(name)
        befriend(host, guest)
        stand_at(guest, score)
        if shares:
            sharing.toggle(guest, "parties")
    stranger = resident("Stranger")
    stand_at(stranger, 800)
    party = parties.invite(host=host, title="Tea", at=clock.now(), from_band="good")
    states = {guest.person.name: (guest.state, guest.bands_short) for guest in party.guests.all()}
    assert states == {
        "High": ("invited", 0),
        "Low": ("left_out", 1),
        "Shy": ("not_shared", 0),
    }


def test_only_the_invited_can_answer() -> None:
    host, low = resident("Host"), resident("Low")
    befriend(host, low)
    stand_at(low, 400)
    sharing.toggle(low, "parties")
    party = parties.invite(host=host, title="Tea", at=clock.now(), from_band="good")
    assert not parties.answer(party=party, person=low, comes=True)
    Guest.objects.update(state=Guest.State.INVITED)
    assert parties.answer(party=party, person=low, comes=True)


def test_a_rulebook_can_forbid_it(settings) -> None:
    from zhima.city.scoring.models import RulebookInForce

    RulebookInForce.objects.create(
        name="gdpr", state="in_force", drafted_at=clock.now(), since=clock.moment(0)
    )
    with pytest.raises(parties.NotByBand):
        parties.invite(host=resident("Host"), title="Tea", at=clock.now(), from_band="good")


def test_a_band_that_is_not_there_is_named() -> None:
    with pytest.raises(ZhimaError, match="no band 'golden'"):
        parties.invite(host=resident("Host"), title="Tea", at=clock.now(), from_band="golden")


def chain(*names: str) -> list:
    people = [resident(name) for name in names]
    for one, other in itertools.pairwise(people):
        befriend(one, other)
    return people


def test_an_introduction_needs_everybody_in_between() -> None:
    ana, bo, chen, li = chain("Ana", "Bo", "Chen", "Li")
    wish = introductions.ask(asker=ana, target=li, note="Tennis?")
    assert not introductions.pass_on(introduction=wish, middle=chen, consents=True)
    assert not introductions.answer(introduction=wish, target=li, accepts=True)
    assert introductions.pass_on(introduction=wish, middle=bo, consents=True)
    assert introductions.concerning(li) == []
    assert introductions.pass_on(introduction=wish, middle=chen, consents=True)
    assert introductions.concerning(li) == [wish]
    assert introductions.answer(introduction=wish, target=li, accepts=True)
    assert contacts.are_contacts(person=ana, other=li)


def test_one_refusal_ends_it() -> None:
    ana, bo, chen = chain("Ana", "Bo", "Chen")
    wish = introductions.ask(asker=ana, target=chen)
    assert introductions.pass_on(introduction=wish, middle=bo, consents=False)
    wish.refresh_from_db()
    assert wish.state == Introduction.State.DECLINED
    assert not introductions.answer(introduction=wish, target=chen, accepts=True)
    assert not contacts.are_contacts(person=ana, other=chen)


def test_there_is_no_way_to_strangers_to_oneself_or_to_whom_one_knows() -> None:
    ana, bo, *_, far = chain("Ana", "Bo", "C", "D", "E", "Far")
    for target in (ana, bo, far, resident("Nobody")):
        with pytest.raises(introductions.NoWay):
            introductions.ask(asker=ana, target=target)


def test_a_block_is_no_way() -> None:
    ana, _bo, chen = chain("Ana", "Bo", "Chen")
    contacts.block(person=chen, other=ana)
    with pytest.raises(introductions.NoWay):
        introductions.ask(asker=ana, target=chen)


def test_it_can_be_taken_back_by_the_asker_alone() -> None:
    ana, bo, chen = chain("Ana", "Bo", "Chen")
    wish = introductions.ask(asker=ana, target=chen)
    assert introductions.ask(asker=ana, target=chen) == wish
    assert not introductions.withdraw(introduction=wish, asker=bo)
    assert introductions.withdraw(introduction=wish, asker=ana)
    assert not introductions.pass_on(introduction=wish, middle=bo, consents=True)


def test_the_statement_shows_inequality_and_no_single_person() -> None:
    now = clock.now()
    for number in range(3):
        person = resident(f"High{number}")
        for _ in range(2):
            register.note(
                person=person,
                kind=Received.Kind.DEPOSIT_WAIVED,
                what=Text("Car", "车"),
                band="excellent",
                reference=f"{number}",
                at=now,
                worth_fen=300_000,
            )
    register.note(
        person=resident("Low"),
        kind=Received.Kind.DEPOSIT_ASKED,
        what=Text("Car", "车"),
        band="poor",
        reference="low",
        at=now,
        worth_fen=300_000,
    )
    poor, excellent = register.by_band(now.year, ["poor", "excellent"])
    assert (excellent.people, excellent.each_fen, excellent.shown) == (3, 300_000, True)
    assert (poor.people, poor.each_fen, poor.asked_fen, poor.shown) == (1, 0, 300_000, False)
