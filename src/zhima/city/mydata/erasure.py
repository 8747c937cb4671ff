"""What goes when somebody leaves, table by table, and what stays for which reason.

Whatever the archive holds goes, unless a reason stands here. What stays names an account that names
nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models

from zhima.city.mydata import scope
from zhima.city.people.models import Person

BOOKS = "a contract or payment of two sides: the other side's books, kept as trade law asks"
OTHERS = "it is the other side's too, and lies on their phone"
OFFICIAL = "an act of somebody in office, which others must be able to look up"
STAYS: dict[str, str] = {
    "people.person": "the row itself, without name, password and rights: what stays refers to it",
    "pay.merchant": BOOKS,
    "pay.order": BOOKS,
    "pay.ticket": BOOKS,
    "pay.settlement": BOOKS,
    "pay.bankmove": BOOKS,
    "pay.payer": "numbers of pay codes are never given out twice",
    "obligations.obligation": BOOKS,
    "obligations.move": BOOKS,
    "obligations.instalment": BOOKS,
    "market.booking": BOOKS,
    "market.claim": BOOKS,
    "market.line": BOOKS,
    "market.offer": BOOKS,
    "market.rating": "a rating of one who served; it speaks of them",
    "market.app": "other people use it; somebody else has to withdraw it",
    "market.appmove": OFFICIAL,
    "chat.conversation": OTHERS,
    "chat.message": OTHERS,
    "chat.redpacket": BOOKS,
    "chat.claim": BOOKS,
    "doors.ticket": "a draw that others were in can be checked by anybody, for ever",
    "doors.party": OTHERS,
    "badges.batch": "revoked by leaving; its places stay taken until its last day",
    "badges.place": "revoked by leaving; taken until the batch's last day",
    "appeals.statement": "those of her own cases go with them; as a decider she spoke in office",
    "appeals.exhibit": "those of her own cases go with them",
    "appeals.move": "those of her own cases go with them; as a decider she acted in office",
    "authority.courtlist": OFFICIAL,
    "oversight.override": OFFICIAL,
    "consent.partner": OFFICIAL,
    "scoring.event": "goes at once too: the scorer deletes it, with its seals told",
    "scoring.score": "goes at once too: the scorer deletes it",
    "scoring.suspension": "names an item that is gone",
}
"""Tables whose rows outlive the person, and why."""


def erase(person: Person) -> None:
    """Delete every row about a person that no reason keeps; her row and its entries aside."""
    for model, links in _leaves_first():
        scope.rows_about(person, model, links).delete()
    Authenticator.objects.filter(user=person).delete()
    UserSession.objects.filter(user=person).delete()


def _leaves_first() -> Iterator[tuple[type[models.Model], tuple[str, ...]]]:
    """Tables that others protect come after those others."""
    goes = {model: links for model, links in scope.tables() if _goes(model)}
    sorter = TopologicalSorter({model: set() for model in goes})
    for model in goes:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.remote_field.on_delete is models.PROTECT:
                sorter.add(field.related_model, model)
    for model in sorter.static_order():
        if model in goes:
            yield model, goes[model]


def _goes(model: type[models.Model]) -> bool:
    return model._meta.label_lower not in STAYS
