"""Upgrades: a seed committed to before the first ticket, a closed list, and the same draw again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.city_books import resident
from tests.given_scores import stand_at
from zhima.city import clock
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import register, sharing, signals, upgrades
from zhima.city.doors.models import Draw
from zhima.city.merkle.notes import SecretKey
from zhima.cli.app import app as zhima
from zhima.engine.doors.draws import commitment, lots, mixed
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
    again = CliRunner().invoke(zhima, ["doors", "redraw", str(path)])
    assert again.exit_code == 0, again.output
    assert all(each["name"] in again.output for each in won)
    for each in published["tickets"]:
        each["won"] = not each["won"]
    path.write_text(json.dumps(published))
    assert CliRunner().invoke(zhima, ["doors", "redraw", str(path)]).exit_code == 3
    path.write_text(json.dumps({**published, "seed": "00" * 32}))
    assert CliRunner().invoke(zhima, ["doors", "redraw", str(path)]).exit_code == 3


def test_whoever_knows_the_seed_knows_nothing_of_the_draw_before_its_list_is_closed() -> None:
    draw = open_draw(places=8)
    for number in range(8):
        upgrades.enter(draw=draw, person=resident(f"P{number}"))
    names = list(draw.tickets.values_list("name", flat=True))
    seed = bytes.fromhex(draw.seed)
    foretold = lots(seed=seed, names=names)
    close(draw)
    drew = {each.ticket.name: each.lot for each in map(upgrades.told, draw.tickets.all())}
    assert set(drew) == set(foretold)
    assert all(float(foretold[name]) != drew[name] for name in names)
    luck = lots(seed=mixed(seed, bytes.fromhex(draw.root)), names=names)
    assert drew == {name: float(lot) for name, lot in luck.items()}


@pytest.mark.parametrize("change", ["places", "percent", "left out", "root", "another log", "none"])
def test_the_log_holds_the_list_that_was_closed(change: str, tmp_path: Path) -> None:
    draw = open_draw(places=3)
    for number in range(4):
        upgrades.enter(draw=draw, person=resident(f"P{number}"))
    draw.tickets.update(percent=100)
    close(draw)
    published = json.loads(json.dumps(upgrades.published(draw)))
    key = SecretKey.generate("another.example/log").public if "log" in change else public_key()
    match change:
        case "places":
            published["places"] = 4
        case "percent":
            published["tickets"][0]["percent"] = 99
        case "left out":
            published["tickets"] = [each for each in published["tickets"] if each["won"]]
        case "root":
            published["closing"]["root"] = "00" * 32
    path, pub = tmp_path / "draw.json", tmp_path / "log.pub"
    path.write_text(json.dumps(published))
    pub.write_text(f"{key}\n")
    again = CliRunner().invoke(zhima, ["doors", "redraw", str(path), "--key", str(pub)])
    assert again.exit_code == (0 if change == "none" else 3), again.output
    assert ("NOT what the log holds" in again.output) == (change != "none")


def test_a_place_that_went_between_closing_and_drawing_has_the_list_closed_anew() -> None:
    draw, left = open_draw(places=2), [2, 1]
    upgrades.enter(draw=draw, person=resident("Ana"))
    draw.tickets.update(percent=100)

    def count(draw: Draw, **_: object) -> None:
        draw.places = left[0]

    def give(**_: object) -> None:
        if left.pop(0) == 2:
            raise upgrades.PlacesChanged("gone")

    signals.closing.connect(count)
    signals.drawn.connect(give)
    try:
        Draw.objects.update(closes_at=clock.now())
        assert [upgrades.draw_now(draw), upgrades.draw_now(draw)] == [False, True]
    finally:
        signals.closing.disconnect(count)
        signals.drawn.disconnect(give)
    draw.refresh_from_db()
    assert draw.places == 1
    closings = Entry.objects.filter(reader=f"city:draw-{draw.pk}").order_by("pk")
    assert [entry.detail["places"] for entry in closings] == [2, 1]
    assert upgrades.published(draw)["closing"]["place"] == closings.last().place


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
