"""Which rows are about a person, found by looking at every table of the city.

A table that names people is exported by itself; what is left out is named here with its reason, and
a test refuses a table that is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models
from django.db.models import Q

from zhima.city.people.models import Person
from zhima.city.scoring.models import Event
from zhima.city.wallet.books import purse

LINKS: dict[str, tuple[str, ...]] = {
    # Reached through another table: model -> look-ups that lead to the person.
    "people.person": ("pk",),
    "pay.order": ("merchant__owner",),
    "pay.settlement": ("merchant__owner",),
    "api.apikey": ("merchant__owner",),
    "api.endpoint": ("merchant__owner",),
    "market.offer": ("merchant__owner",),
    "market.claim": ("booking__person", "booking__partner"),
    "market.bookingmove": ("booking__person", "booking__partner"),
    "market.line": ("booking__person", "booking__partner"),
    "obligations.instalment": ("obligation__person",),
    "obligations.move": ("obligation__person",),
    "obligations.photo": ("obligation__person",),
    "badges.place": ("batch__person",),
    "chat.conversation": ("memberships__person",),
    # What others wrote to her lies on her phone already.
    "chat.message": ("conversation__memberships__person", "author"),
    # Whoever decides about others has no copy of what is theirs.
    "appeals.case": ("person",),
    "oversight.override": ("person",),
    "appeals.statement": ("case__person", "by"),
    "appeals.exhibit": ("case__person", "by"),
    "appeals.move": ("case__person", "by"),
    "appeals.tieoffer": ("tie__low", "tie__high"),
}
BY_TEXT: dict[str, Callable[[Person], Q]] = {
    # Reached by an id that is text: model -> the rows that are about somebody.
    "pay.bankmove": lambda person: Q(account_id=purse(person)),
    "scoring.suspension": lambda person: Q(
        event_id__in=Event.objects.filter(person_id=person.pk).values("event_id")
    ),
}
LEFT_OUT: dict[str, str] = {
    "live.signal": "hints to open pages, forgotten after ten minutes",
    "disclosure.entry": "exported as `who_looked`, which keeps seals closed",
    "authority.request": "exported as `who_looked`; sealed ones stay sealed until their day",
    "scoring.due": "a to-do list of the scorer, empty after a moment",
    "scoring.standing": "derived from the newest score, which is exported",
    "pay.usedpaycode": "spent codes; names nobody",
    "pay.simulatedbankline": "the books of a simulated bank, not of the city",
    "api.keptanswer": "what a shop's software was answered, kept to answer the same again",
    "api.delivery": "copies on their way to a shop's software of what is exported elsewhere",
    "market.slot": "times at which something can be had; names nobody",
    "admin.logentry": "what an operator did in the office; about the operator's work",
    "usersessions.usersession": "exported by its own page, and gone with the log-out",
    "account.emailaddress": "the city asks for no address",
    "account.emailconfirmation": "the city asks for no address",
    "mfa.authenticator": "keys to the account; giving them out would be giving it away",
}
"""Tables with a link to people that are not exported, and why."""
HIDDEN_FIELDS = {
    *("password", "secret", "token", "key", "salt", "hash", "content", "code_challenge"),
    *("digest", "client_secret", "code"),
    *("device_code", "user_code", "token_checksum"),
}
"""Columns that would open a door to whoever finds the file; papers are handed out by their page."""


def tables() -> Iterator[tuple[type[models.Model], tuple[str, ...]]]:
    """Every table about people, with the look-ups that lead from a row to the person."""
    for model in apps.get_models():
        label = model._meta.label_lower
        if label in LEFT_OUT or model._meta.proxy:
            continue
        found = LINKS.get(label) or tuple(_links(model))
        if found or label in BY_TEXT:
            yield model, found


def rows_about(
    person: Person, model: type[models.Model], links: tuple[str, ...]
) -> models.QuerySet:
    """The rows of a table that are about one person, oldest first."""
    about = Q()
    for link in links:
        about |= Q(**{link: person.pk})
    if by_text := BY_TEXT.get(model._meta.label_lower):
        about |= by_text(person)
    return model._default_manager.filter(about).distinct().order_by("pk")


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The columns that are given out."""
    return [field for field in model._meta.concrete_fields if field.name not in HIDDEN_FIELDS]


def _links(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        is_key = field.is_relation and field.related_model is Person
        if is_key or (field.name == "person_id" and isinstance(field, models.UUIDField)):
            yield field.name
