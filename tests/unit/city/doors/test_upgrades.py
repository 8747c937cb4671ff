"""Upgrades: a seed committed to before the first ticket, a closed list, and the same draw again."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.city_books import resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import register, sharing, upgrades
from zhima.city.doors.models import Draw
from zhima.engine.doors.draws import commitment
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")
RAIL = Reader("app", "train", "River railway")


def open_draw(places: int = 1) -> Draw:
    closes_at = clock.moment(clock.now_us() + 60_000_000)
    return upgrades.open_draw(
        operator=RAIL,
        slot="RA7",
        title=Text("First class", "一等座"),
        places=places,
        closes_at=closes_at,
        worth_fen=12_000,
    )


def close(draw: Draw) -> None:
    Draw.objects.filter(pk=draw.pk).update(closes_at=clock.now())
    assert upgrades.draw_due() == 1
    draw.refresh_from_db()


def test_the_chance_is_the_bands_and_only_with_leave() -> None:
    draw = open_draw()
    percents = {}
    for score, shares in ((720, True), (610, True), (720, False)):
        person = resident(f"P{score}{shares}")
        stand_at(person, score)
        if shares:
            sharing.toggle(person, "upgrades")
        percents[score, shares] = upgrades.enter(draw=draw, person=person).percent
    assert percents == {(720, True): 50, (610, True): 20, (720, False): 5}


def test_the_seed_stays_secret_until_the_list_is_closed() -> None:
    draw = open_draw()
    upgrades.enter(draw=draw, person=resident("Ana"))
    before = upgrades.published(draw)
    assert before["seed"] is None
    assert before["tickets"] == []
    close(draw)
    after = upgrades.published(draw)
    assert after["commitment"] == before["commitment"] == commitment(bytes.fromhex(after["seed"]))
    with pytest.raises(upgrades.Closed):
        upgrades.enter(draw=draw, person=resident("Late"))


def test_anybody_can_run_it_again_and_sees_a_changed_result(tmp_path) -> None:
    from zhima.cli.app import app

    draw = open_draw(places=3)
    for number in range(12):
        person = resident(f"P{number}")
        stand_at(person, 720)
        sharing.toggle(person, "upgrades")
        upgrades.enter(draw=draw, person=person)
    close(draw)
    published = upgrades.published(draw)
    won = [each for each in published["tickets"] if each["won"]]
    assert 0 < len(won) <= 3
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(published))
    again = CliRunner().invoke(app, ["doors", "redraw", str(path)])
    assert again.exit_code == 0, again.output
    assert all(each["name"] in again.output for each in won)
    for each in published["tickets"]:
        each["won"] = not each["won"]
    path.write_text(json.dumps(published))
    assert CliRunner().invoke(app, ["doors", "redraw", str(path)]).exit_code == 3
    path.write_text(json.dumps({**published, "seed": "00" * 32}))
    assert CliRunner().invoke(app, ["doors", "redraw", str(path)]).exit_code == 3


def test_a_won_upgrade_stands_in_the_yearly_statement() -> None:
    draw = open_draw(places=9)
    person = resident("Ana")
    stand_at(person, 720)
    sharing.toggle(person, "upgrades")
    upgrades.enter(draw=draw, person=person)
    Draw.objects.update(seed="ab" * 32)
    draw.tickets.update(percent=100)
    close(draw)
    received = register.of_person(person, clock.now().year)
    assert [(each.kind, each.worth_fen) for each in received] == [("upgrade", 12_000)]
    assert not upgrades.draw_now(draw)


def test_one_ticket_a_person() -> None:
    draw, ana = open_draw(), resident("Ana")
    assert upgrades.enter(draw=draw, person=ana) == upgrades.enter(draw=draw, person=ana)


def test_whoever_leaves_is_not_on_the_list() -> None:
    draw, ana, bo = open_draw(), resident("Ana"), resident("Bo")
    ticket = upgrades.enter(draw=draw, person=ana)
    stays = upgrades.enter(draw=draw, person=bo)
    assert upgrades.leave(ticket)
    close(draw)
    assert [each["name"] for each in upgrades.published(draw)["tickets"]] == [stays.name]
    stays.refresh_from_db()
    assert not upgrades.leave(stays)


def test_the_holder_can_work_out_why_her_ticket_won_or_lost() -> None:
    draw = open_draw(places=1)
    people = [resident(f"P{number}") for number in range(6)]
    for person in people:
        upgrades.enter(draw=draw, person=person)
    draw.tickets.update(percent=100)
    close(draw)
    told = [upgrades.told(ticket) for ticket in draw.tickets.all()]
    assert sorted(each.was_too_late for each in told) == [False, *[True] * 5]
    winner = next(each for each in told if each.ticket.won)
    assert winner.lot == min(each.lot for each in told)
    draw.tickets.update(percent=0, won=False)
    assert not any(upgrades.told(ticket).was_too_late for ticket in draw.tickets.all())
