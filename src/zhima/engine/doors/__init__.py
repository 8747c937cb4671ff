"""What a score opens: decisions with the rule, the gap and the other way."""

from zhima.engine.doors.decide import Decision, decide, decide_all

__all__ = ["Decision", "decide", "decide_all"]
