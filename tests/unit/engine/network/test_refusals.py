"""Every named refusal is produced by something, and leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zhima.engine.kinds import ZhimaError
from zhima.engine.network import LiveNetwork, NetworkError, refusals, solve
from zhima.engine.network.snapshot import MAGIC

OWN = [100.0, 200.0, 300.0, 400.0]
EDGES = ([0, 1], [1, 2], [0.5, 1.0])
TERMS: dict[str, Any] = {"weight": 0.3, "capacity": 2.0}
NAN, INF = float("nan"), float("inf")


def live(**terms: Any) -> LiveNetwork:
    return LiveNetwork(OWN, EDGES, **{**TERMS, **terms})


def solved(own: Any = OWN, edges: Any = EDGES, **terms: Any) -> Callable[[LiveNetwork, Path], None]:
    return lambda _network, _folder: solve(own, edges, **{**TERMS, **terms})


def asked(do: Callable[[LiveNetwork], Any]) -> Callable[[LiveNetwork, Path], None]:
    return lambda network, _folder: do(network)


def after_leaving(do: Callable[[LiveNetwork], Any]) -> Callable[[LiveNetwork, Path], None]:
    def run(_network: LiveNetwork, _folder: Path) -> None:
        network = live()
        network.remove_person(2)
        before = network.scores()
        try:
            do(network)
        finally:
            assert np.array_equal(network.scores(), before, equal_nan=True)

    return run


def loaded(damage: Callable[[bytes], bytes]) -> Callable[[LiveNetwork, Path], None]:
    def run(network: LiveNetwork, folder: Path) -> None:
        network.save(folder / "whole")
        (folder / "harmed").write_bytes(damage((folder / "whole").read_bytes()))
        LiveNetwork.load(folder / "harmed")

    return run


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


ONE_AT_CAP = {"tie_cap": [1, 2, 1, 0]}

CASES: list[tuple[type[NetworkError], Callable[[LiveNetwork, Path], None]]] = [
    (refusals.WrongShapeError, solved(edges=([0], [1, 2], [0.5]))),
    (refusals.WrongShapeError, solved(edges=([0], [1]))),
    (refusals.WrongShapeError, solved(edges=([0.5], [1], [0.5]))),
    (refusals.WrongShapeError, solved(edges=([0], [1], ["strong"]))),
    (refusals.WrongShapeError, solved(own=[[1.0, 2.0]])),
    (refusals.WrongShapeError, solved(own=["many"])),
    (refusals.WrongShapeError, asked(lambda n: n.set_owns([0, 1], [5.0]))),
    (refusals.WrongShapeError, asked(lambda n: n.unties([0, 1], [1]))),
    (refusals.TermsOutOfRangeError, solved(weight=1.0)),
    (refusals.TermsOutOfRangeError, solved(weight=-0.1)),
    (refusals.TermsOutOfRangeError, solved(weight=NAN)),
    (refusals.TermsOutOfRangeError, solved(capacity=0)),
    (refusals.TermsOutOfRangeError, solved(capacity=INF)),
    (refusals.TermsOutOfRangeError, solved(missing="others")),
    (refusals.TermsOutOfRangeError, solved(tolerance_points=0)),
    (refusals.TermsOutOfRangeError, solved(tolerance_points=NAN)),
    (refusals.TermsOutOfRangeError, asked(lambda _: live(tolerance_points=1e-9))),
    (refusals.TermsOutOfRangeError, asked(lambda _: live(weight=0.999, tolerance_points=0.01))),
    (refusals.TermsOutOfRangeError, asked(lambda _: live(tie_cap=[5, 5]))),
    (refusals.TermsOutOfRangeError, asked(lambda _: live(tie_cap=-1))),
    (refusals.PointsOutOfRangeError, solved(own=[1, 2, 3, 600.5])),
    (refusals.PointsOutOfRangeError, solved(own=[1, 2, 3, -1])),
    (refusals.PointsOutOfRangeError, solved(own=[1, 2, 3, NAN])),
    (refusals.PointsOutOfRangeError, asked(lambda n: n.set_own(0, INF))),
    (refusals.PointsOutOfRangeError, asked(lambda n: n.set_owns([0, 1], [5.0, NAN]))),
    (refusals.PointsOutOfRangeError, asked(lambda n: n.add_person(700))),
    (refusals.IndexOutOfRangeError, solved(edges=([0], [4], [0.5]))),
    (refusals.IndexOutOfRangeError, solved(edges=([-1], [1], [0.5]))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.set_own(4, 5.0))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.set_own(-1, 5.0))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.set_owns([0, 2**32], [5.0, 5.0]))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.tie(0, 4, 0.5))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.explain(4))),
    (refusals.IndexOutOfRangeError, asked(lambda n: n.remove_person(9))),
    (refusals.UnknownPersonError, after_leaving(lambda n: n.set_own(2, 5.0))),
    (refusals.UnknownPersonError, after_leaving(lambda n: n.tie(0, 2, 0.5))),
    (refusals.UnknownPersonError, after_leaving(lambda n: n.remove_people([1, 2]))),
    (refusals.SelfTieError, solved(edges=([0, 1], [2, 1], [0.5, 0.5]))),
    (refusals.SelfTieError, asked(lambda n: n.tie(3, 3, 0.5))),
    (refusals.SelfTieError, asked(lambda n: n.ties([0, 3], [2, 3], [0.5, 0.5]))),
    (refusals.SelfTieError, asked(lambda n: n.unties([0, 3], [1, 3]))),
    (refusals.StrengthOutOfRangeError, solved(edges=([0], [1], [0.0]))),
    (refusals.StrengthOutOfRangeError, solved(edges=([0], [1], [1.01]))),
    (refusals.StrengthOutOfRangeError, solved(edges=([0], [1], [NAN]))),
    (refusals.StrengthOutOfRangeError, asked(lambda n: n.tie(0, 2, 1.0000001))),
    (refusals.StrengthOutOfRangeError, asked(lambda n: n.tie(0, 2, NAN))),
    (refusals.StrengthOutOfRangeError, asked(lambda n: n.tie(0, 2, 1e-60))),
    (refusals.StrengthOutOfRangeError, asked(lambda n: n.ties([0, 0], [2, 3], [0.5, -0.5]))),
    (refusals.DuplicateTieError, solved(edges=([0, 1], [1, 0], [0.5, 0.5]))),
    (refusals.DuplicateTieError, asked(lambda n: n.tie(1, 0, 0.5))),
    (refusals.DuplicateTieError, asked(lambda n: n.ties([0, 3, 3], [3, 1, 0], [0.5] * 3))),
    (refusals.UnknownTieError, asked(lambda n: n.untie(0, 3))),
    (refusals.UnknownTieError, asked(lambda n: n.unties([0, 1], [1, 0]))),
    (refusals.UnknownTieError, asked(lambda n: n.what_if_leaves(0, 3))),
    (refusals.TieCapError, asked(lambda _: live(tie_cap=1))),
    (refusals.TieCapError, asked(lambda _: live(**ONE_AT_CAP).tie(0, 2, 0.5))),
    (refusals.TieCapError, asked(lambda _: live(**ONE_AT_CAP).tie(3, 0, 0.5))),
    (refusals.TieCapError, asked(lambda _: live(tie_cap=2).ties([3, 3, 3], [0, 2, 1], [0.5] * 3))),
    (refusals.NotASnapshotError, loaded(lambda content: b"something else" + content)),
    (refusals.SnapshotCutShortError, loaded(lambda content: b"")),
    (refusals.SnapshotCutShortError, loaded(lambda content: content[: len(MAGIC) + 9])),
    (refusals.SnapshotCutShortError, loaded(lambda content: content[: len(content) // 2])),
    (refusals.SnapshotCutShortError, loaded(lambda content: content[:-1])),
    (refusals.SnapshotDamagedError, loaded(lambda content: content + b"more")),
    (refusals.SnapshotDamagedError, loaded(lambda content: flipped(content, len(content) // 2))),
    (refusals.SnapshotDamagedError, loaded(lambda content: flipped(content, len(content) - 1))),
    (refusals.SnapshotDamagedError, loaded(lambda content: flipped(content, len(MAGIC) + 8))),
]


@pytest.mark.parametrize(("refusal", "ask"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_refused_by_name_and_nothing_changes(
    refusal: type[NetworkError], ask: Callable[[LiveNetwork, Path], None], tmp_path: Path
) -> None:
    network, untouched = live(), live()
    with pytest.raises(refusal) as caught:
        ask(network, tmp_path)
    assert type(caught.value) is refusal
    assert len(str(caught.value)) > 20
    assert network.scores().tobytes() == untouched.scores().tobytes()
    changes = [
        (n.set_own(0, 350.0), n.tie(0, 3, 0.25), n.untie(0, 1)) for n in (network, untouched)
    ]
    assert repr(changes[0]) == repr(changes[1])
    assert network.scores().tobytes() == untouched.scores().tobytes()


def test_every_refusal_is_produced_above() -> None:
    named = {
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, NetworkError) and kind is not NetworkError
    }
    assert {refusal for refusal, _ in CASES} == named
    assert all(issubclass(refusal, ZhimaError) for refusal in named)


def test_a_snapshot_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZhimaError, match="no such file"):
        LiveNetwork.load(tmp_path / "nothing")


def test_as_of_without_a_zone_is_refused(tmp_path: Path) -> None:
    from zhima.engine.network import read_ties

    with pytest.raises(ZhimaError, match="time zone"):
        read_ties(tmp_path / "ties.csv", people=["a"], as_of=datetime(2026, 1, 1))
    with pytest.raises(ZhimaError, match="no such file"):
        read_ties(tmp_path / "ties.csv", people=["a"], as_of=datetime(2026, 1, 1, tzinfo=UTC))
