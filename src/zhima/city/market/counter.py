"""The public functions of mini-apps: all that an app of the city may import of the city.

An outside app calls the same functions through `/api/apps/v1`. Nothing here tells an app a score,
and nothing reports evidence that its manifest does not declare.
"""

from __future__ import annotations

from zhima.city.clock import now
from zhima.city.language import in_both
from zhima.city.market.booking import book
from zhima.city.market.deposits import quote
from zhima.city.market.front import Act, Front
from zhima.city.market.inventory import run_of, seat_label, slots
from zhima.city.market.journeys import Journeys
from zhima.city.market.models import App, Booking, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused, sentence
from zhima.city.market.placing import Wish
from zhima.city.market.reporting import report_by_app
from zhima.city.market.scanning import app_code
from zhima.city.market.serving import (
    accept,
    answer_dispute,
    cancel,
    decline,
    dispute,
    finish,
    miss,
    missing,
    pay,
    rate,
    start,
)
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer

__all__ = [
    "Act",
    "Answer",
    "App",
    "Booking",
    "BookingState",
    "Front",
    "Journeys",
    "Offer",
    "Refusal",
    "Refused",
    "Slot",
    "Wish",
    "accept",
    "answer_dispute",
    "app_code",
    "book",
    "cancel",
    "decline",
    "dispute",
    "finish",
    "in_both",
    "miss",
    "missing",
    "now",
    "pay",
    "quote",
    "rate",
    "report_by_app",
    "run_of",
    "seat_label",
    "sentence",
    "slots",
    "start",
]
