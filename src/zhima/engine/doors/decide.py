"""From a score and a rulebook to a decision that always says why."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.engine.kinds import Text
from zhima.engine.rulebook.load import LoadedRulebook
from zhima.engine.rulebook.model import Door, Level, Outcome


@dataclass(frozen=True, slots=True)
class Standing:
    """What a door looks at: a score on 350 to 950 and the interval around it."""

    score: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if not self.low <= self.score <= self.high:
            raise ValueError(f"the interval {self.low}..{self.high} misses {self.score}")


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict on one door, with its reason; a refusal names the gap and the other way."""

    door: str
    operator: str
    outcome: Outcome
    rule: str
    """The rulebook in force, by name and hash, and the level that applied."""
    score: int
    gap: int
    """Points to the next better level; 0 when there is none."""
    next_start: int | None
    deposit_fen: int | None
    reason: Text
    other_way: Text | None

    def __post_init__(self) -> None:
        if not self.reason.en or not self.reason.zh:
            raise ValueError(f"a decision on {self.door} needs a reason")
        if self.outcome is not Outcome.OPEN and self.other_way is None:
            raise ValueError(f"a refusal at {self.door} needs another way")


def decide(rulebook: LoadedRulebook, *, door_id: str, standing: Standing) -> Decision:
    """Decide one door; KeyError when the rulebook has no such door."""
    door = rulebook.rules.door(door_id)
    index = max(i for i, level in enumerate(door.levels) if level.start <= standing.score)
    level = door.levels[index]
    better = next((up for up in door.levels[index:] if up.goodness() > level.goodness()), None)
    outcome = _outcome(door, level, standing)
    return Decision(
        door=door.id,
        operator=door.operator,
        outcome=outcome,
        rule=f"{rulebook.name} {door.id} from {level.start}",
        score=standing.score,
        gap=better.start - standing.score if better else 0,
        next_start=better.start if better else None,
        deposit_fen=level.deposit_fen if outcome is Outcome.DEPOSIT else None,
        reason=_reason(outcome, standing, better),
        other_way=None if outcome is Outcome.OPEN else Text(door.other_way.en, door.other_way.zh),
    )


def decide_all(rulebook: LoadedRulebook, *, standing: Standing) -> tuple[Decision, ...]:
    """Every door of the rulebook, in its order."""
    return tuple(
        decide(rulebook, door_id=door.id, standing=standing) for door in rulebook.rules.doors
    )


def _outcome(door: Door, level: Level, standing: Standing) -> Outcome:
    """A thin file is no ground to close a door that its interval could open: a person looks."""
    if level.outcome is Outcome.CLOSED and door.thin_file == "referred":
        reachable = [up for up in door.levels if standing.score < up.start <= standing.high]
        if any(up.outcome is not Outcome.CLOSED for up in reachable):
            return Outcome.REFERRED
    return level.outcome


def _reason(outcome: Outcome, standing: Standing, better: Level | None) -> Text:
    en, zh = f"Your score is {standing.score}", f"您的分数为{standing.score}"
    if better is None:
        return Text(f"{en}: the door is open.", f"{zh}：已开放。")
    gap = better.start - standing.score
    verdict = {
        Outcome.CLOSED: ("this stays closed for now", "暂不开放"),
        Outcome.REFERRED: ("a person will look at it", "将由人工审核"),
        Outcome.DEPOSIT: ("a deposit is asked", "需支付押金"),
        Outcome.OPEN: ("the door is open", "已开放"),
    }[outcome]
    return Text(
        f"{en}, {gap} short of {better.start}: {verdict[0]}.",
        f"{zh}，距{better.start}还差{gap}分：{verdict[1]}。",
    )
