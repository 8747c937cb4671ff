"""Why a request of an authority goes no further."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.refused import StepRefused


class Refusal(StrEnum):
    """In order of precedence; each has a sentence and a test."""

    NOT_APPOINTED = "not_appointed"
    REQUEST_UNKNOWN = "request_unknown"
    AGENCY_UNKNOWN = "agency_unknown"
    PERSON_UNKNOWN = "person_unknown"
    NO_LEGAL_BASIS = "no_legal_basis"
    NO_PURPOSE = "no_purpose"
    SCOPE_EMPTY = "scope_empty"
    SCOPE_UNKNOWN = "scope_unknown"
    PERIOD_EMPTY = "period_empty"
    PERIOD_TOO_LONG = "period_too_long"
    SEAL_WITHOUT_BASIS = "seal_without_basis"
    SEAL_IN_THE_PAST = "seal_in_the_past"
    SEAL_TOO_LONG = "seal_too_long"
    ALREADY_DECIDED = "already_decided"
    APPROVER_ASKED = "approver_asked"
    """Whoever asks cannot approve."""
    SAME_APPROVER = "same_approver"
    APPROVER_IS_SUBJECT = "approver_is_subject"
    REASON_MISSING = "reason_missing"


SENTENCES: dict[Refusal, str | Promise] = {
    Refusal.NOT_APPOINTED: _("Only somebody appointed to the gateway can do this."),
    Refusal.REQUEST_UNKNOWN: _("There is no such request."),
    Refusal.AGENCY_UNKNOWN: _("This agency is not registered."),
    Refusal.PERSON_UNKNOWN: _("Nobody has this log-in name."),
    Refusal.NO_LEGAL_BASIS: _("Name the law and the article that allow the question."),
    Refusal.NO_PURPOSE: _("Say what the answer is for."),
    Refusal.SCOPE_EMPTY: _("Name the fields that are asked for."),
    Refusal.SCOPE_UNKNOWN: _("One of the fields is not among those that can be given."),
    Refusal.PERIOD_EMPTY: _("The period ends before it starts."),
    Refusal.PERIOD_TOO_LONG: _("A request can cover two years at most."),
    Refusal.SEAL_WITHOUT_BASIS: _("A seal needs a legal basis of its own."),
    Refusal.SEAL_IN_THE_PAST: _("The seal would be over already."),
    Refusal.SEAL_TOO_LONG: _("A seal lasts one year at most."),
    Refusal.ALREADY_DECIDED: _("This request has been decided."),
    Refusal.APPROVER_ASKED: _("Whoever entered the request cannot approve it."),
    Refusal.SAME_APPROVER: _("Two different people approve."),
    Refusal.APPROVER_IS_SUBJECT: _("Nobody approves a question about themselves."),
    Refusal.REASON_MISSING: _("Say why it is refused."),
}


class GatewayRefused(StepRefused):
    """A step was refused; nothing changed and nothing was given."""

    sentences = SENTENCES
