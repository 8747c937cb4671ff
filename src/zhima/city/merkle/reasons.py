"""Every way in which a log, a head or a proof is found wrong."""

from __future__ import annotations

from enum import StrEnum

from zhima.engine.kinds import ZhimaError


class Wrong(StrEnum):
    """What is wrong, in the order in which a verifier looks."""

    NO_HEAD = "no_head"
    TORN_HEAD = "torn_head"
    OTHER_LOG = "other_log"
    NOT_SIGNED = "not_signed"
    FORGED = "forged"
    NOT_WITNESSED = "not_witnessed"
    SHRUNK = "shrunk"
    SPLIT_VIEW = "split_view"
    NOT_CONSISTENT = "not_consistent"
    MISSING_FILE = "missing_file"
    TORN_FILE = "torn_file"
    LEFTOVER_FILE = "leftover_file"
    CHANGED_ENTRY = "changed_entry"
    CHANGED_TILE = "changed_tile"
    OTHER_ROOT = "other_root"
    TORN_PROOF = "torn_proof"
    PROOF_OF_ANOTHER = "proof_of_another"


class LogError(ZhimaError):
    """Something of a log that must not be believed."""

    def __init__(self, reason: Wrong, what: str) -> None:
        super().__init__(f"{reason}: {what}")
        self.reason = reason
