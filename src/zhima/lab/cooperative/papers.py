"""The co-operative's files as its offices would hand them over: raw, and not quite clean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import write_table
from zhima.lab.cooperative.life import Life, live
from zhima.lab.cooperative.members import Members, gather

FIRST_DAY = datetime(2024, 9, 1, tzinfo=UTC)
MONTHS = 24
LAST_DAY = FIRST_DAY + timedelta(days=30 * MONTHS)
OUTCOME_DAY = FIRST_DAY + timedelta(days=30 * 18)
"""The fit looks at what is known on this day and at what happened in the half year after."""


def write_papers(folder: Path, *, count: int, seed: int) -> None:
    """Write wallet.csv, desk.csv, contacts.csv and outcomes.csv for `count` members.

    The same seed writes the same bytes. Every thousandth row has a clerk's slip in it, as real
    exports do: an amount that is no number, a missing member, an impossible date.
    """
    rng = np.random.default_rng(seed)
    members = gather(count=count, months=MONTHS, rng=rng)
    life = live(members, months=MONTHS, rng=rng)
    _write_with_slips(_dated(life.wallet, ("day",)), folder / "wallet.csv")
    write_table(_dated(life.desk, ("out_day", "due_day", "back_day")), folder / "desk.csv")
    write_table(_contacts(members), folder / "contacts.csv")
    write_table(_outcomes(members, life), folder / "outcomes.csv")


def _dated(table: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    first = pa.scalar(FIRST_DAY.replace(tzinfo=None), pa.timestamp("s"))
    for name in columns:
        days = pc.multiply(table.column(name), 86_400).cast(pa.duration("s"))
        text = pc.strftime(pc.add(first, days), format="%Y-%m-%d")
        table = table.set_column(table.column_names.index(name), name, text)
    return table


def _write_with_slips(table: pa.Table, path: Path) -> None:
    day, fen, member = (table.column(c).to_pylist() for c in ("day", "fen", "member"))
    amounts = [f"{value // 100}.{value % 100:02d}" for value in fen]
    for row in range(500, len(table), 1000):
        if row % 3 == 0:
            amounts[row] = "see note"
        elif row % 3 == 1:
            day[row] = "2025-02-30"
        else:
            member[row] = ""
    yuan = pa.table(
        {
            "member": member,
            "day": day,
            "what": table.column("what"),
            "yuan": amounts,
            "other": table.column("other"),
            "days_late": table.column("days_late"),
        }
    )
    write_table(yuan, path)


def _contacts(members: Members) -> pa.Table:
    ids = pa.array(members.ids)
    one, two = ids.take(pa.array(members.first)), ids.take(pa.array(members.second))
    later = np.maximum(members.joined_month[members.first], members.joined_month[members.second])
    day = pa.array(later * 30)
    return _dated(
        pa.table(
            {
                "member": pa.concat_arrays([one, two]),
                "contact": pa.concat_arrays([two, one]),
                "closeness": np.tile(members.strength, 2),
                "since": pa.concat_arrays([day, day]),
            }
        ),
        ("since",),
    )


def _outcomes(members: Members, life: Life) -> pa.Table:
    """Bad: in the half year after the day, two bills or desk fees left unpaid."""
    start = (OUTCOME_DAY - FIRST_DAY).days
    place = {name: index for index, name in enumerate(members.ids)}
    missed = np.zeros(members.count, dtype=np.int64)
    wallet = life.wallet.filter(
        pc.and_(pc.equal(life.wallet["what"], "bill missed"), pc.greater(life.wallet["day"], start))
    )
    np.add.at(missed, [place[name] for name in wallet["member"].to_pylist()], 1)
    desk = life.desk.filter(
        pc.and_(pc.equal(life.desk["fee"], "unpaid"), pc.greater(life.desk["back_day"], start))
    )
    np.add.at(missed, [place[name] for name in desk["member"].to_pylist()], 1)
    known = members.joined_month * 30 < start
    n = int(known.sum())
    return pa.table(
        {
            "person_id": pa.array(members.ids).filter(pa.array(known)),
            "as_of": [OUTCOME_DAY.isoformat()] * n,
            "bad": (missed[known] >= 2).astype(np.int64),
        }
    )
