"""Every way in which a badge proves nothing, in the order in which a verifier looks."""

from __future__ import annotations

from enum import StrEnum

from zhima.engine.kinds import ZhimaError


class NoProof(StrEnum):
    """What is wrong with a badge as it was shown."""

    TORN = "torn"
    OTHER_KIND = "other_kind"
    FORGED = "forged"
    OTHER_CLAIM = "other_claim"
    NOTHING_CLAIMED = "nothing_claimed"
    NOT_BOUND = "not_bound"
    OTHER_HOLDER = "other_holder"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    STALE = "stale"
    EXPIRED = "expired"
    NO_STATUS = "no_status"
    REVOKED = "revoked"


class Unproved(ZhimaError):
    """A badge that proves nothing. The message names the reason and no claim."""

    def __init__(self, reason: NoProof, what: str) -> None:
        super().__init__(f"{reason}: {what}")
        self.reason = reason
