"""What became of a payment, in the reader's language."""

from __future__ import annotations

from zhima.city.language import told
from zhima.city.ledger.model import DONE, Outcome
from zhima.city.ledger.sentences import SENTENCES


def done(outcome: Outcome) -> bool:
    """Whether what was asked for is in the books."""
    return outcome in DONE


def sentence(outcome: Outcome) -> str:
    """What happened, and the shortest way on."""
    return told(SENTENCES[outcome])
