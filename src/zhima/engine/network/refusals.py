"""Every way this room refuses an input: a closed set, each member produced by a test.

When several apply, the order of this file decides. A refusal leaves all state as it was.
"""

from __future__ import annotations

from zhima.engine.kinds import ZhimaError


class NetworkError(ZhimaError, ValueError):
    """The input cannot be used; the message says which value and what would do."""


class WrongShapeError(NetworkError):
    """Arrays that should run in parallel do not, or are not numbers."""


class TermsOutOfRangeError(NetworkError):
    """Weight, capacity, missing mode, tolerance or tie cap is not one that can be solved."""


class PointsOutOfRangeError(NetworkError):
    """Own points are outside 0..600 or not a number."""


class IndexOutOfRangeError(NetworkError, IndexError):
    """A person's index is negative or not below the number of people."""


class SelfTieError(NetworkError):
    """A tie joins a person to themselves."""


class StrengthOutOfRangeError(NetworkError):
    """A strength is outside (0, 1] or not a number."""


class DuplicateTieError(NetworkError):
    """The same two people are tied twice; each mutual tie is given once."""


class UnknownPersonError(NetworkError, LookupError):
    """The person was removed."""


class UnknownTieError(NetworkError, LookupError):
    """The two people are not tied."""


class TieCapError(NetworkError):
    """A person would have more ties than the cap allows."""


class NotASnapshotError(NetworkError):
    """The file is not a snapshot of a live network, or of a version this one cannot read."""


class SnapshotCutShortError(NetworkError):
    """The snapshot ends before all of it was read."""


class SnapshotDamagedError(NetworkError):
    """The snapshot's content does not match its checksum."""
