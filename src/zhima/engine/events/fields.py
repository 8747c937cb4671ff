"""The context fields of events: a closed list, so that nothing else can slip into a score."""

from __future__ import annotations

from zhima.engine.events.kind import ContextField, FieldType

_FIELDS = (
    ContextField("app", FieldType.WORD, "the mini-app that reported the event"),
    ContextField("agency", FieldType.WORD, "the authority that issued it"),
    ContextField("balance_fen", FieldType.INTEGER, "balance of the account after the event"),
    ContextField("category", FieldType.WORD, "what it was for, by branch, never by goods"),
    ContextField("channel", FieldType.WORD, "how money moved: qr, card, cash, transfer"),
    ContextField("days_late", FieldType.INTEGER, "whole days after the due date; negative early"),
    ContextField("deposit_fen", FieldType.INTEGER, "the deposit asked, held or waived"),
    ContextField("due_at", FieldType.TIME, "when it was due"),
    ContextField("duration_months", FieldType.INTEGER, "agreed length"),
    ContextField("frequency", FieldType.WORD, "how often statements are issued"),
    ContextField("hours_ahead", FieldType.INTEGER, "notice given before the booked time"),
    ContextField("level", FieldType.INTEGER, "rank of a document, a class of item, a card"),
    ContextField("obligation_id", FieldType.ID, "the obligation it belongs to"),
    ContextField("order_id", FieldType.ID, "the order, booking or ticket it belongs to"),
    ContextField("payment_fen", FieldType.INTEGER, "agreed monthly payment"),
    ContextField("rating", FieldType.INTEGER, "mark given or received, -10 to 10"),
    ContextField("reason", FieldType.WORD, "a closed word of the reporting app"),
    ContextField("severity", FieldType.INTEGER, "1 slight, 2 serious, 3 grave"),
    ContextField("struck_event_id", FieldType.ID, "the event an upheld appeal removes"),
    ContextField("until", FieldType.TIME, "when it ends"),
)

CONTEXT_FIELDS = {field.name: field for field in _FIELDS}
"""Field name to its type and meaning; append-only."""

FORBIDDEN_INPUTS = {
    "chat": "chat",
    "message": "chat",
    "diagnosis": "medical",
    "disease": "medical",
    "health": "medical",
    "medical": "medical",
    "sexuality": "medical",
    "faith": "religion",
    "religion": "religion",
    "biometrics": "biometrics",
    "blood": "biometrics",
    "ethnicity": "biometrics",
    "face": "biometrics",
    "fingerprint": "biometrics",
    "genes": "biometrics",
    "opinion": "politics",
    "party": "politics",
    "politics": "politics",
    "goods": "goods_by_name",
    "product": "goods_by_name",
}
"""Words that may name no kind, field or feature, and the content they would let in."""

FORBIDDEN_CONTENT = frozenset(FORBIDDEN_INPUTS.values())
"""The same content that rulebooks/never.yaml bars from every rulebook."""


def forbidden_input(name: str) -> str | None:
    """What the kind, field or feature `name` would let into a score, or None when it may exist."""
    words = name.lower().replace(".", "_").split("_")
    return next((FORBIDDEN_INPUTS[word] for word in words if word in FORBIDDEN_INPUTS), None)
