"""Delete and leave: what goes, what has to stay, and what stands in the way."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.consent import grants
from zhima.city.disclosure import erasing
from zhima.city.mydata import erasure
from zhima.city.obligations.models import Obligation
from zhima.city.people.models import Person
from zhima.city.wallet.books import account
from zhima.engine.kinds import ZhimaError


class Hindrance(StrEnum):
    """Why somebody cannot leave yet, in the order in which it is looked at."""

    MONEY_LEFT = "money_left"
    OBLIGATION_OPEN = "obligation_open"


SENTENCES: dict[Hindrance, str | Promise] = {
    Hindrance.MONEY_LEFT: _("There is money in your wallet. Cash it out first."),
    Hindrance.OBLIGATION_OPEN: _("Something you borrowed or owe is open. End it first."),
}


class CannotLeave(ZhimaError):
    """Nothing was deleted."""

    def __init__(self, reason: Hindrance) -> None:
        self.reason = reason
        super().__init__(f"cannot leave yet: {reason}")


def hindrance(person: Person) -> Hindrance | None:
    """What stands in the way, if anything."""
    if _money_fen(person):
        return Hindrance.MONEY_LEFT
    if Obligation.objects.filter(person=person).exclude(state__in=_ended()).exists():
        return Hindrance.OBLIGATION_OPEN
    return None


def leave(person: Person) -> None:
    """Erase the person; CannotLeave while something is open.

    Entries of the ledger stay, as the law of books demands, under an account that no longer names
    anybody. Entries of the disclosure log stay as commitments that nobody can open. What else stays
    has its reason in `zhima.city.mydata.erasure`.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        reason = hindrance(person)
        if reason is not None:
            raise CannotLeave(reason)
        for grant in grants.of_person(person):
            grants.revoke(person=person, grant_id=grant.pk)
        erasing.erase(person)
        erasure.erase(person)
        _unname(person)
    _log_out_everywhere(person)


def _unname(person: Person) -> None:
    person.username = f"left-{person.pk.hex[:24]}"
    person.name = "—"
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.groups.clear()
    person.save()


def _log_out_everywhere(person: Person) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _money_fen(person: Person) -> int:
    try:
        held = account(person)
    except ZhimaError:
        return 0
    return held.balance_fen


def _ended() -> tuple[str, ...]:
    from zhima.city.obligations import states

    return states.ENDED
