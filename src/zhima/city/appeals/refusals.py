"""Why a step of a case is refused."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.refused import StepRefused


class Refusal(StrEnum):
    """In order of precedence; each has a sentence and a test."""

    CASE_UNKNOWN = "case_unknown"
    """Also for a case of somebody else: strangers do not learn that it exists."""
    ITEM_UNKNOWN = "item_unknown"
    """Likewise for items."""
    CASE_DECIDED = "case_decided"
    NOT_A_DECIDER = "not_a_decider"
    DECIDER_IS_PARTY = "decider_is_party"
    """The person, a contact of hers, or whoever made the first decision."""
    ALREADY_OPEN = "already_open"
    ALREADY_STRUCK = "already_struck"
    TOO_LATE = "too_late"
    TOO_MANY_OPEN = "too_many_open"
    TEXT_MISSING = "text_missing"
    EXHIBIT_TOO_LARGE = "exhibit_too_large"
    EXHIBIT_UNREADABLE = "exhibit_unreadable"


SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.CASE_UNKNOWN: _("There is no such case."),
    Refusal.ITEM_UNKNOWN: _("There is no such item on your record."),
    Refusal.CASE_DECIDED: _("This case is decided. Open a new one if there is something new."),
    Refusal.NOT_A_DECIDER: _("Only somebody appointed to decide appeals can do this."),
    Refusal.DECIDER_IS_PARTY: _(
        "Whoever is a side in a case, or made the first decision, cannot decide it."
    ),
    Refusal.ALREADY_OPEN: _("You have contested this already; the case is open."),
    Refusal.ALREADY_STRUCK: _("This item was struck; it counts no more."),
    Refusal.TOO_LATE: _("The time in which this could be contested is over."),
    Refusal.TOO_MANY_OPEN: _("You have many open cases. Wait for one to be decided."),
    Refusal.TEXT_MISSING: _("Say in a sentence why."),
    Refusal.EXHIBIT_TOO_LARGE: _("A file can be 2 MB at most."),
    Refusal.EXHIBIT_UNREADABLE: _("Add a PDF, a PNG or a JPEG."),
}


class AppealRefused(StepRefused):
    """A step was refused; nothing changed."""

    sentences = SENTENCES
