"""Receipts: one line an item, in thousandths of a point, summing exactly to the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.kinds import MILLI, SCORE_FLOOR, Factor
from zhima.engine.score.compose import Scored, Whole, contact_milli, missing_milli


class Item(StrEnum):
    """What a receipt line stands for, in the order of the receipt."""

    START = "start"
    """The floor of the scale."""
    BASE = "base"
    """What the card gives everybody."""
    ATTRIBUTE = "attribute"
    """Points of one feature, or of a named two-way table."""
    LIMIT = "limit"
    """Own points end at 0 and at 600; this line takes back what lies beyond."""
    CONTACT = "contact"
    """What one contact gives or takes against standing alone."""
    MISSING_TIES = "missing_ties"
    """With `missing: ground`, the weight of ties a person does not have."""
    ROUNDING = "rounding"
    """To a whole number."""


SCHEMA = pa.schema(
    [
        ("person_id", pa.string()),
        ("item", pa.dictionary(pa.int8(), pa.string())),
        ("factor", pa.dictionary(pa.int8(), pa.string())),
        ("source", pa.string()),
        ("value", pa.string()),
        ("label", pa.string()),
        ("points_milli", pa.int64()),
    ]
)
"""A person's lines stand together, in the order of the receipt."""

_ITEMS = list(Item)
_FACTORS = ["", *Factor]


@dataclass(slots=True)
class _Block:
    """Lines of one kind for the people of a batch, before they are put in order."""

    item: Item
    person: npt.NDArray[np.int64]
    """Row of the person within the batch, ascending."""
    factor: Factor | str
    source: pa.Array
    value: pa.Array
    label: pa.Array
    points_milli: Whole


def receipts(scored: Scored, *, people_per_batch: int = 50_000) -> Iterator[pa.RecordBatch]:
    """Every person's receipt with the schema `SCHEMA`, batch by batch in the order of people."""
    points, cells = scored.applied.item_points(), scored.applied.cells()
    gives, grounds = contact_milli(scored.contacts), missing_milli(scored.contacts)
    for start in range(0, len(scored.score), people_per_batch):
        rows = slice(start, min(start + people_per_batch, len(scored.score)))
        blocks = [
            *_own_blocks(scored, points, cells, rows),
            _contact_block(scored, gives, rows),
            _same(Item.MISSING_TIES, Factor.CONNECTIONS, grounds[rows], keep_zero=False),
        ]
        yield _in_order(scored.people[rows], [*blocks, _rounding(scored, blocks, rows)])


def _own_blocks(
    scored: Scored, points: npt.NDArray[Any], cells: npt.NDArray[Any], rows: slice
) -> Iterator[_Block]:
    n = rows.stop - rows.start
    yield _same(Item.START, "", np.full(n, SCORE_FLOOR * MILLI))
    yield _same(Item.BASE, "", np.full(n, scored.card.base_points * MILLI), keep_zero=False)
    labels = scored.applied.labels()
    for index, item in enumerate(scored.card.items()):
        yield _Block(
            Item.ATTRIBUTE,
            np.arange(n),
            item.factor,
            pa.repeat(pa.scalar(item.name), n),
            _values(scored.features, [axis.feature for axis in item.axes], rows),
            pa.array(labels[index]).take(pa.array(cells[rows, index])),
            points[rows, index].astype(np.int64) * MILLI,
        )
    beyond = (scored.own[rows] - scored.applied.total[rows]) * MILLI
    yield _same(Item.LIMIT, "", beyond, keep_zero=False)


def _contact_block(scored: Scored, gives: Whole, rows: slice) -> _Block:
    contacts = scored.contacts
    start = contacts.start[rows.start : rows.stop + 1].astype(np.int64)
    ties = slice(start[0], start[-1])
    contact = contacts.contact[ties]
    return _Block(
        Item.CONTACT,
        np.repeat(np.arange(rows.stop - rows.start), np.diff(start)),
        Factor.CONNECTIONS,
        scored.people.take(pa.array(contact)),
        _text(np.round(scored.points[contact], 3)),
        _text(np.round(contacts.share[ties], 6)),
        gives[ties],
    )


def _rounding(scored: Scored, blocks: list[_Block], rows: slice) -> _Block:
    total = np.zeros(rows.stop - rows.start, dtype=np.int64)
    for block in blocks:
        np.add.at(total, block.person, block.points_milli)
    return _same(Item.ROUNDING, "", scored.score[rows] * MILLI - total, keep_zero=False)


def _same(
    item: Item, factor: Factor | str, points_milli: Whole, *, keep_zero: bool = True
) -> _Block:
    """A block with one line a person and nothing to say but its points."""
    person = np.arange(len(points_milli)) if keep_zero else np.flatnonzero(points_milli)
    empty = pa.repeat(pa.scalar(""), len(person))
    return _Block(item, person, factor, empty, empty, empty, points_milli[person])


def _in_order(people: pa.Array, blocks: list[_Block]) -> pa.RecordBatch:
    person = np.concatenate([block.person for block in blocks])
    # Stable, so that blocks stay in the order of the receipt within each person.
    order = pa.array(np.argsort(person, kind="stable"))
    sizes = [len(block.person) for block in blocks]
    items = np.repeat([_ITEMS.index(block.item) for block in blocks], sizes).astype(np.int8)
    factors = np.repeat([_FACTORS.index(block.factor) for block in blocks], sizes).astype(np.int8)
    columns = [
        people.take(pa.array(person)),
        pa.DictionaryArray.from_arrays(items, pa.array([item.value for item in _ITEMS])),
        pa.DictionaryArray.from_arrays(factors, pa.array([str(factor) for factor in _FACTORS])),
        pa.concat_arrays([block.source for block in blocks]),
        pa.concat_arrays([block.value for block in blocks]),
        pa.concat_arrays([block.label for block in blocks]),
        pa.array(np.concatenate([block.points_milli for block in blocks])),
    ]
    return pa.RecordBatch.from_arrays([column.take(order) for column in columns], schema=SCHEMA)


def _values(features: pa.Table, names: list[str], rows: slice) -> pa.Array:
    parts = [
        features.column(name).slice(rows.start, rows.stop - rows.start).combine_chunks()
        for name in names
    ]
    texts = [pc.fill_null(_text(part), "") for part in parts]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, " × ")


def _text(values: pa.Array | npt.NDArray[Any]) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())
