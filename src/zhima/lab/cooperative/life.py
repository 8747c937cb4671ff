"""Two years of a co-operative: wages, bills, purchases, borrowed tools, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhima.lab.cooperative.members import Floats, Ints, Members

MONTH_DAYS = 30
TOOL_CLASSES = ("A", "B", "C")
FEE_FEN = (1_500, 6_000, 25_000)
"""What a lost or broken tool of each class costs, and a late return a tenth of it."""


@dataclass(frozen=True, slots=True)
class Life:
    """What the members' offices wrote down; days count from the first day."""

    wallet: pa.Table
    """`member, day, what, fen, other, days_late`: wages, purchases and bills."""
    desk: pa.Table
    """`loan, member, tool_class, out_day, due_day, back_day, days_late, ending, fee_fen, fee`."""


def live(members: Members, *, months: int, rng: np.random.Generator) -> Life:
    """Everybody lives `months` months; nobody acts before the month of joining."""
    parts = [_wages(members, months, rng), _bills(members, months, rng)]
    parts.append(_purchases(members, months, rng))
    return Life(wallet=pa.concat_tables(parts), desk=_desk(members, months, rng))


def _promises_kept(
    reliability: Floats, rng: np.random.Generator, *, ease: float
) -> npt.NDArray[np.bool_]:
    """Whether each promise is kept: log-odds are its ease plus reliability."""
    return rng.random(len(reliability)) < 1 / (1 + np.exp(-(ease + 1.1 * reliability)))


def _member_months(members: Members, months: int) -> tuple[Ints, Ints]:
    """Each member with each month of membership, as two arrays of equal length."""
    who, month = np.meshgrid(np.arange(members.count), np.arange(months), indexing="ij")
    there = month >= members.joined_month[:, None]
    return who[there], month[there]


def _times(
    members: Members, months: int, rng: np.random.Generator, *, mean: float
) -> tuple[Ints, Ints]:
    """Who does something on which day, `mean` times a month."""
    who, month = _member_months(members, months)
    times = rng.poisson(mean, len(who))
    who, month = np.repeat(who, times), np.repeat(month, times)
    return who, month * MONTH_DAYS + rng.integers(0, MONTH_DAYS, len(who))


def _entries(
    members: Members,
    who: Ints,
    day: Ints,
    what: str | npt.NDArray[np.str_],
    fen: Ints,
    other: npt.NDArray[np.str_],
    days_late: pa.Array | None = None,
) -> pa.Table:
    n = len(who)
    return pa.table(
        {
            "member": pa.array(members.ids).take(pa.array(who)),
            "day": day,
            "what": pa.array(np.broadcast_to(np.asarray(what), n)),
            "fen": fen,
            "other": pa.array(other),
            "days_late": pa.nulls(n, pa.int64()) if days_late is None else days_late,
        }
    )


def _wages(members: Members, months: int, rng: np.random.Generator) -> pa.Table:
    who, month = _member_months(members, months)
    usual = rng.lognormal(13.0, 0.35, members.count)
    worked = rng.random(len(who)) < 0.9 + 0.03 * np.tanh(members.reliability[who])
    who, month = who[worked], month[worked]
    fen = np.round(usual[who] * rng.lognormal(0, 0.08, len(who))).astype(np.int64)
    employers = np.char.add("employer-", (who % 40).astype(str))
    return _entries(members, who, month * MONTH_DAYS + 25, "wage", fen, employers)


def _bills(members: Members, months: int, rng: np.random.Generator) -> pa.Table:
    who, month = _member_months(members, months)
    paid = _promises_kept(members.reliability[who], rng, ease=3.4)
    in_time = _promises_kept(members.reliability[who], rng, ease=1.8)
    late = np.where(in_time, 0, rng.geometric(0.12, len(who)))
    day = month * MONTH_DAYS + 10 + np.where(paid, late, 21)
    what = np.where(paid, "bill paid", "bill missed")
    fen = np.round(rng.lognormal(10.2, 0.3, len(who))).astype(np.int64)
    utility = np.full(len(who), "power-and-water")
    return _entries(members, who, day, what, fen, utility, pa.array(late, mask=~paid))


def _purchases(members: Members, months: int, rng: np.random.Generator) -> pa.Table:
    who, day = _times(members, months, rng, mean=4.0)
    fen = np.round(rng.lognormal(8.6, 0.9, len(who))).astype(np.int64)
    shops = np.char.add("shop-", rng.integers(0, 60, len(who)).astype(str))
    return _entries(members, who, day, "purchase", fen, shops)


def _desk(members: Members, months: int, rng: np.random.Generator) -> pa.Table:
    who, out = _times(members, months, rng, mean=0.6)
    # The last month's loans are not back yet; the desk hands over what is closed.
    closed = out < (months - 1) * MONTH_DAYS
    who, out = who[closed], out[closed]
    n, reliability = len(who), members.reliability[who]
    tool = rng.choice(len(TOOL_CLASSES), n, p=[0.5, 0.35, 0.15])
    due = out + 7
    in_time = _promises_kept(reliability, rng, ease=1.6)
    whole = _promises_kept(reliability, rng, ease=3.6)
    found = _promises_kept(reliability, rng, ease=4.8)
    late = np.where(in_time, -rng.integers(0, 5, n), np.minimum(rng.geometric(0.15, n), 20))
    fee = np.array(FEE_FEN)[tool]
    fee = np.where(whole & found, np.where(in_time, 0, fee // 10), fee)
    paid = _promises_kept(reliability, rng, ease=1.2)
    return pa.table(
        {
            "loan": [f"L{number:06d}" for number in range(1, n + 1)],
            "member": pa.array(members.ids).take(pa.array(who)),
            "tool_class": pa.array(TOOL_CLASSES).take(pa.array(tool)),
            "out_day": out,
            "due_day": due,
            "back_day": np.maximum(due + late, out),
            "days_late": np.maximum(due + late, out) - due,
            "ending": np.where(~found, "lost", np.where(whole, "whole", "damaged")),
            "fee_fen": fee,
            "fee": np.where(fee == 0, "none", np.where(paid, "paid", "unpaid")),
        }
    )
