"""What a register shows of a row: the city's words for its fields, money as money, ids as names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhima.city.clock import moment
from zhima.city.consent.names import recipient_word
from zhima.city.consent.purposes import purpose as known_purpose
from zhima.city.language import told
from zhima.city.people.models import Person
from zhima.city.scoring.naming import title_of
from zhima.city.wallet.amounts import yuan
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.kinds import Text
from zhima.engine.rulebook.model import Outcome

Word = str | Promise
Column = Callable[[Model], object]

WORDS: Mapping[str, Word] = {
    "about": _("Concerns"),
    "after": _("State"),
    "agency": _("Authority"),
    "amount_fen": _("Amount"),
    "answered": _("Last answer"),
    "app": _("Mini-app"),
    "asked_at": _("Asked on"),
    "asked_by": _("Asked by"),
    "at": _("When"),
    "attempts": _("Attempts"),
    "bill": _("For what"),
    "body": _("Message"),
    "breached_at": _("Broken"),
    "by": _("By"),
    "category": _("Category"),
    "changed_at": _("Changed"),
    "city": _("City"),
    "claim_reason": _("Reason"),
    "claimed_fen": _("Asked for"),
    "closed_as": _("Closed as"),
    "collected_fen": _("Paid"),
    "condition": _("When handed out"),
    "created_at_us": _("Made"),
    "day": _("Day"),
    "decided_at": _("Decided"),
    "decided_by": _("Decided by"),
    "deposit_fen": _("Deposit"),
    "digest": _("Digest"),
    "door_id": _("Door"),
    "drafted_at": _("Drafted"),
    "drafted_by": _("Drafted by"),
    "due_at": _("Due"),
    "ended_at": _("Ended"),
    "endpoint": _("Endpoint"),
    "event": _("Event"),
    "events": _("Items"),
    "fields": _("Fields"),
    "first_approved_by": _("First approval"),
    "first_approver": _("First approval"),
    "first_decider": _("First decided by"),
    "given_at": _("Given"),
    "given_back_fen": _("Given back"),
    "gross_fen": _("Taken in"),
    "groups": _("Offices"),
    "happened_at": _("Happened"),
    "id": _("Name"),
    "identity_level": _("Identity"),
    "imported_at": _("Imported"),
    "imported_by": _("Imported by"),
    "is_active": _("Active"),
    "is_set_aside": _("Left out meanwhile"),
    "is_staff": _("Works in the office"),
    "joined_at": _("Since"),
    "kind": _("Kind"),
    "legal_basis": _("Law"),
    "made_by": _("Made by"),
    "manifest_text": _("Manifest"),
    "media_type": _("Kind"),
    "merchant": _("Shop"),
    "name": _("Name"),
    "note": _("Note"),
    "number": _("No."),
    "opened_at": _("Opened on"),
    "outcome": _("Outcome"),
    "overdue_at": _("Overdue"),
    "owner": _("Owner"),
    "paid_at": _("Paid on"),
    "payments": _("Payments"),
    "period_from": _("Period from"),
    "period_to": _("Period to"),
    "person": _("Person"),
    "purpose": _("Purpose"),
    "reason": _("Reason"),
    "recipient": _("Who may"),
    "reference": _("Reference"),
    "refunded_fen": _("Given back"),
    "refunds": _("Refunds"),
    "returned_at": _("Brought back"),
    "revoked_at": _("Taken back"),
    "rulebook": _("Rulebook"),
    "seal_basis": _("Law of the seal"),
    "sealed_until": _("Sealed until"),
    "seat": _("Seat"),
    "second_approved_by": _("Second approval"),
    "second_approver": _("Second approval"),
    "severity": _("Severity"),
    "sha256": _("Hash"),
    "since": _("In force since"),
    "stands": _("State"),
    "source": _("Given where"),
    "state": _("State"),
    "subject": _("Item"),
    "text": _("Statement"),
    "tips_fen": _("Tips"),
    "to_state": _("State"),
    "until": _("Until"),
    "username": _("Log-in name"),
    "why": _("Why"),
    "word": _("What was done"),
    "words": _("For what"),
    "why_word": _("Why"),
}


def column(model: type[Model], name: str) -> Column:
    """One field or property of a model, for lists and pages of its register."""
    fields: dict[str, Field] = {field.name: field for field in model._meta.get_fields()}
    field = fields.get(name)

    def shown(row: Model) -> object:
        return _shown(row, name, field)

    shown.__name__ = name
    shown.short_description = WORDS[name]  # type: ignore[attr-defined]
    if field is not None:
        shown.admin_order_field = name  # type: ignore[attr-defined]
        shown.boolean = field.get_internal_type() == "BooleanField"  # type: ignore[attr-defined]
    return shown


def _shown(row: Model, name: str, field: Field | None) -> object:
    value = getattr(row, name)
    if value is None or value == "":
        return None
    if field is not None and field.choices:
        return getattr(row, f"get_{name}_display")()
    if name in _AS:
        return _AS[name](value)
    if name.endswith("_fen"):
        return format_html('<span class="tabular-nums whitespace-nowrap">{}</span>', yuan(value))
    if name.endswith("_us"):
        return _dated(moment(value)) if value else None
    if field is not None and field.many_to_many:
        return ", ".join(str(each) for each in value.all()) or None
    if isinstance(value, Text):
        return told(value)
    if isinstance(value, date):
        return _dated(value)
    return _name_of(value) if isinstance(value, UUID) else value


def _dated(value: date) -> str:
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT")


def _who(said: object) -> object:
    """Of `person:<id>`, `shop:<id>` or `time`: who that was."""
    if not isinstance(said, str):
        return said
    kind, colon, _id = said.partition(":")
    if not colon:
        return _("Time") if kind == "time" else said
    return recipient_word(said)


def _name_of(person_id: UUID) -> str:
    try:
        return Person.objects.get(pk=person_id).name
    except ObjectDoesNotExist:
        return str(person_id)


def _purpose(said: str) -> object:
    found = known_purpose(said)
    return found.word if found else said


def _kind(said: str) -> object:
    known = KINDS.get(said)
    return told(known.meaning) if known else said


def _rulebook(said: str) -> object:
    title, known_as = title_of(said), Path(said).name
    return known_as if title in (said, known_as) else f"{title} ({known_as})"


OUTCOMES: Mapping[str, Word] = {
    Outcome.OPEN: _("The door is open"),
    Outcome.DEPOSIT: _("A deposit is asked"),
    Outcome.REFERRED: _("A person looks at it"),
    Outcome.CLOSED: _("Closed for now"),
}
"""What a door says, best first."""

_AS: Mapping[str, Callable[[object], object]] = {
    "by": _who,
    "door_id": lambda said: _purpose(f"door:{said}"),
    "outcome": lambda said: OUTCOMES.get(str(said), said),
    "rulebook": _rulebook,
    "kind": _kind,
    "purpose": _purpose,
    "recipient": recipient_word,
    "app": lambda said: recipient_word(f"app:{said}") if isinstance(said, str) else said,
}
