"""An independent witness: it signs a head only when the log continues what it saw before.

The state is the last head it signed, a file of its own. Two heads that do not continue each other
are both kept as evidence, for both are signed by the log.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from zhima.city.merkle.folder import Files, TilesOf, read_head
from zhima.city.merkle.heads import Head, cosign, open_head
from zhima.city.merkle.notes import PublicKey, SecretKey
from zhima.city.merkle.proofs import check_consistency, consistency, root_of
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.tiles import Subtrees
from zhima.engine.files import atomic


class Witnessed(NamedTuple):
    """A head with the witness's line under it."""

    head: Head
    note: str
    before: Head | None


def witness(files: Files, *, log: PublicKey, key: SecretKey, state: Path, at: int) -> Witnessed:
    """Look at a log, remember its head and sign it; LogError when it must not be believed.

    `at` is now, in seconds since 1970.
    """
    note = read_head(files)
    head = open_head(note, log)
    before = None
    if state.is_file():
        seen = state.read_text(encoding="utf-8")
        before = open_head(seen, log)
        try:
            _check_continues(files, before, head)
        except LogError as error:
            _keep_evidence(state, seen, note, error.reason)
            raise
    else:
        _check_root(files, head)
    with atomic(state) as temporary:
        temporary.write_text(note, encoding="utf-8")
    return Witnessed(head, cosign(note, key, at=at), before)


def _check_continues(files: Files, before: Head, head: Head) -> None:
    path: list[bytes] = []
    if 0 < before.size < head.size:
        subtrees = Subtrees(TilesOf(files, head.size))
        path = consistency(subtrees, old=before.size, size=head.size)
    check_consistency(
        old=before.size, old_root=before.root, size=head.size, root=head.root, path=path
    )


def _check_root(files: Files, head: Head) -> None:
    if root_of(Subtrees(TilesOf(files, head.size)), head.size) != head.root:
        raise LogError(Wrong.OTHER_ROOT, "the tiles do not add up to the signed root")


def _keep_evidence(state: Path, seen: str, note: str, reason: Wrong) -> None:
    with atomic(state.with_name(f"{state.name}.evidence")) as temporary:
        temporary.write_text(f"{reason}\n\n{seen}\n{note}", encoding="utf-8")
