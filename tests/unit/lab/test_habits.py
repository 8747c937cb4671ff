"""Habits: the same life in whatever steps time goes, and promises kept as often as said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from zhima.lab.habits import Act, Habits, lived

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = [Habits(reliability=share) for share in (0.2, 0.6, 1.0)] * 12


def live(start: datetime, end: datetime) -> list[Act]:
    return lived(PEOPLE, since=start, before=end, shops=5, seed=9)


def test_time_may_go_in_any_steps() -> None:
    days = [act for day in range(45) for act in live(NOW + day * DAY, NOW + (day + 1) * DAY)]
    assert days == live(NOW, NOW + 45 * DAY)
    assert live(NOW, NOW) == []


def test_another_seed_is_another_life() -> None:
    other = lived(PEOPLE, since=NOW, before=NOW + 9 * DAY, shops=5, seed=8)
    assert other != live(NOW, NOW + 9 * DAY)


def test_whoever_is_reliable_keeps_promises() -> None:
    acts = live(NOW, NOW + 300 * DAY)
    promised = [act for act in acts if act.kind in ("bill.paid", "bill.missed")]
    kept = {
        share: [
            act.days_late == 0 and act.kind == "bill.paid" for act in promised if by(act) == share
        ]
        for share in (0.2, 0.6, 1.0)
    }
    shares = {share: sum(each) / len(each) for share, each in kept.items()}
    assert shares[1.0] == 1
    assert abs(shares[0.6] - 0.6) < 0.1
    assert abs(shares[0.2] - 0.2) < 0.1


def by(act: Act) -> float:
    return PEOPLE[act.person].reliability


def test_nobody_acts_before_coming() -> None:
    late = [Habits(since=NOW + 20 * DAY)]
    acts = lived(late, since=NOW, before=NOW + 60 * DAY, shops=3, seed=1)
    assert acts
    assert min(act.at for act in acts) >= NOW + 20 * DAY
