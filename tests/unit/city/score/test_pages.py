"""What the score's pages say, made of the engine's own receipts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from zhima.city.score.because import because
from zhima.city.score.circle import circle
from zhima.city.score.curve import BOTTOM, LEFT, MOST_DOTS, RIGHT, TOP, Reading, curve
from zhima.city.score.dial import CENTRE_X, CENTRE_Y, RADIUS, dial
from zhima.city.score.door_list import doors
from zhima.city.score.receipt import printed
from zhima.city.score.sentences import WORDINGS, points, sentence
from zhima.city.score.tasks import tasks
from zhima.engine.doors import decide_all
from zhima.engine.doors.decide import Standing
from zhima.engine.features.history import history_of
from zhima.engine.kinds import Factor
from zhima.engine.rulebook import shipped_names
from zhima.engine.score.explain import Line, score_of
from zhima.engine.score.fit import Policy, load_policy
from zhima.engine.score.live import Contact, LivePerson
from zhima.engine.score.receipt import Item

DAY = datetime(2026, 9, 1, tzinfo=UTC)
POLICY = load_policy("open", as_of=DAY.date())


def newcomer(policy: Policy = POLICY, contacts: tuple[Contact, ...] = ()) -> tuple[Line, ...]:
    """The receipt of somebody of whom nothing is known but her contacts."""
    live = LivePerson(policy)
    own = live.own(history_of(()), as_of=DAY)
    net = sum(c.share * (c.points - own.points) for c in contacts)
    points_now = own.points + policy.rulebook.rules.friends.weight * net
    return live.with_contacts(own, contacts, points=points_now).lines


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_line_of_a_shipped_card_is_a_sentence_in_both_languages(name, language) -> None:
    policy = load_policy(name, as_of=DAY.date())
    assert {item.name for item in policy.card.items()} <= set(WORDINGS)
    with override(language):
        for item in policy.card.items():
            for value in ("", "0", "1", "3", "0.25"):
                line = Line(Item.ATTRIBUTE, item.factor, item.name, value, "", 1000)
                said = sentence(line, policy.catalogue)
                assert "%(" not in said
                assert said.endswith("." if language == "en" else "。")


def test_a_receipt_adds_up_and_shows_every_line() -> None:
    lines = newcomer(contacts=tuple(Contact(str(n), 400.0 + n, 0.1) for n in range(4)))
    receipt = printed(lines, POLICY)
    assert receipt.score == score_of(lines)
    shown = [*receipt.head, *receipt.foot]
    shown += [entry for part in receipt.parts for entry in part.entries]
    assert sum(entry.points_milli for entry in shown) == receipt.total_milli
    assert [part.factor for part in receipt.parts] == list(Factor)
    assert all(0 <= part.bar <= 100 for part in receipt.parts)


def _friends(**changes: object) -> Policy:
    rules = POLICY.rulebook.rules
    friends = rules.friends.model_copy(update=changes)
    from dataclasses import replace

    loaded = replace(POLICY.rulebook, rules=rules.model_copy(update={"friends": friends}))
    return replace(POLICY, rulebook=loaded)


def test_contacts_are_named_only_as_the_rulebook_allows() -> None:
    contacts = tuple(Contact(f"id-{n}", points, 0.1) for n, points in enumerate((50, 400, 500)))
    names = {f"id-{n}": f"Friend{n}" for n in range(3)}

    def named(policy: Policy) -> set[str]:
        drawn = circle(newcomer(policy, contacts), policy, names)
        return {names[entry.who] for entry in drawn.entries if entry.who}

    assert named(POLICY) == set()
    assert named(_friends(nudge=True)) == {"Friend0"}
    assert named(_friends(named_to_person=True)) == set(names.values())


def test_with_few_contacts_only_their_sum_is_shown() -> None:
    contacts = (Contact("id-0", 500, 0.1), Contact("id-1", 50, 0.1))
    drawn = circle(newcomer(POLICY, contacts), POLICY, {})
    assert len(drawn.entries) == 1
    assert drawn.contacts == ()
    assert drawn.count == 2


def test_because_says_what_costs_most_or_helps_most() -> None:
    lines = newcomer()
    said = because(printed(lines, POLICY))
    assert said.endswith("That helps most.")
    fallen = tuple(
        Line(line.item, line.factor, line.source, "1", "1 to 2", -50_000)
        if line.source == "obligations_breached_all"
        else line
        for line in lines
    )
    said = because(printed(fallen, POLICY))
    assert said == "You left something unpaid that you owed. That costs you 50 points."


def test_tasks_are_cells_of_the_card_that_still_give_points() -> None:
    found = tasks(newcomer(), POLICY)
    assert found
    assert [task.gain for task in found] == sorted((t.gain for t in found), reverse=True)
    words = {task.words for task in found}
    assert "Pay your next bill on time." in words
    assert not any("instalment" in each for each in words)
    card = {item.name: item for item in POLICY.card.items()}
    bills = next(task for task in found if task.words == "Pay your next bill on time.")
    streak = card["bills_on_time_streak"]
    assert bills.gain == streak.points[1] - streak.missing


def test_the_dial_puts_scores_on_its_arc() -> None:
    bands = POLICY.rulebook.rules.bands
    for score in (350, 500, 650, 950):
        drawn = dial(score=score, low=score, high=score, bands=bands)
        across, down = drawn.needle.x - CENTRE_X, drawn.needle.y - CENTRE_Y
        assert abs((across**2 + down**2) ** 0.5 - RADIUS) < 0.1
        assert sum(arc.is_here for arc in drawn.arcs) == 1
    assert dial(score=650, low=600, high=700, bands=bands).needle.x == pytest.approx(CENTRE_X)


def test_the_curve_stays_in_its_frame_and_has_a_dot_a_change() -> None:
    readings = [
        Reading(seq, DAY + timedelta(days=seq), score)
        for seq, score in enumerate((600, 600, 680, 640, 640, 655), start=1)
    ]
    drawn = curve(readings, bands=POLICY.rulebook.rules.bands, until=DAY + timedelta(days=9))
    assert [dot.change for dot in drawn.dots] == [80, -40, 15]
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in drawn.dots)
    assert [level.score for level in drawn.levels] == [600, 650]
    told = curve(
        readings, bands=(), until=DAY + timedelta(days=9), reasons={3: "Paid.", 4: "Late."}
    )
    assert [dot.reason for dot in told.dots] == ["Paid.", "Late.", ""]
    many = [Reading(seq, DAY + timedelta(hours=seq), 600 + seq % 2) for seq in range(500)]
    latest = curve(many, bands=(), until=DAY + timedelta(days=30)).dots
    assert len(latest) == MOST_DOTS
    assert latest[-1].seq == 499
    alone = curve(readings[:1], bands=POLICY.rulebook.rules.bands, until=DAY)
    assert alone.dots == ()
    assert re.match(r"M[\d.]+ [\d.]+H", alone.path)


def test_doors_are_open_nearly_open_or_further_with_the_other_way() -> None:
    rules = POLICY.rulebook.rules
    found = doors(decide_all(POLICY.rulebook, standing=Standing(625, 625, 625)), rules)
    assert [row.gap for row in found.nearly] == sorted(row.gap for row in found.nearly)
    assert {row.gap for row in found.nearly} == {25}
    assert all(row.other_way and row.reason for row in (*found.nearly, *found.closed))
    assert len(found.open) + len(found.nearly) + len(found.closed) == len(rules.doors)
    assert found.nearest[0] == found.nearly[0]


@pytest.mark.parametrize(
    ("milli", "said"),
    [(25_000, "+25"), (-1_400, "\u22121.4"), (0, "0"), (-20, "0"), (340, "+0.3")],
)
def test_points_are_written_as_on_a_till(milli: int, said: str) -> None:
    assert points(milli) == said
