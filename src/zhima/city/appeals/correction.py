"""An upheld case puts things right: the item is struck, lost ties are offered back, readers told.

The strike is one more event, so that the scorer replays by itself everything the item had touched;
no stored score is edited.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhima.city import clock
from zhima.city.appeals import agreements, telling
from zhima.city.appeals.models import Case, TieOffer
from zhima.city.disclosure.aftermath import read_at, touched_by
from zhima.city.live.signals import announce
from zhima.city.people.contacts import restore
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import evidence
from zhima.city.scoring.models import Event


def correct(case: Case, *, why: str) -> None:
    """Undo what the contested item did, as far as anything can undo it."""
    if case.about == Case.About.READING:
        telling.tell_reader(case, read_at(int(case.subject)))
        return
    if case.about != Case.About.ITEM:
        # A decision is taken afresh by asking the door again; there is no item to strike.
        return
    known_at = Event.objects.get(event_id=case.subject).recorded_at
    touched = touched_by(case.subject) | {case.person_id}
    agreements.strike(case, why)
    evidence.strike(case.subject, reason=f"appeal:{case.pk}")
    case.is_set_aside = False
    case.save(update_fields=["is_set_aside"])
    offer_ties(case, since=known_at)
    telling.tell_readers(case, people=touched, since=known_at)


def offer_ties(case: Case, *, since: datetime) -> list[TieOffer]:
    """Ask both sides of every tie of the person that ended since then whether they want it back."""
    mine = Q(low=case.person_id) | Q(high=case.person_id)
    lost = Tie.objects.filter(mine, ended_at__gte=since).exclude(agreed_at=None)
    offers = [TieOffer.objects.get_or_create(case=case, tie=tie)[0] for tie in lost]
    announce({side for offer in offers for side in _sides(offer.tie)}, "appeals")
    return offers


@transaction.atomic
def take_back(*, offer: TieOffer, person: Person) -> bool:
    """One side wants the tie back; whether both do now, and it stands again as it was."""
    held, side = _held(offer, person)
    if held.declined_at is not None:
        return False
    setattr(held, f"{side}_agreed_at", clock.now())
    held.save(update_fields=[f"{side}_agreed_at"])
    if held.low_agreed_at is None or held.high_agreed_at is None:
        return False
    restore(held.tie)
    announce(_sides(held.tie), "contacts")
    return True


@transaction.atomic
def leave_ended(*, offer: TieOffer, person: Person) -> None:
    """One side does not want the tie back; the other is not told who."""
    held, _ = _held(offer, person)
    held.declined_at = clock.now()
    held.save(update_fields=["declined_at"])


def offers_to(person: Person) -> list[TieOffer]:
    """Ties that wait for this person's answer."""
    waiting = TieOffer.objects.filter(declined_at=None).select_related("tie__low", "tie__high")
    mine = Q(tie__low=person, low_agreed_at=None) | Q(tie__high=person, high_agreed_at=None)
    return list(waiting.filter(mine))


def _held(offer: TieOffer, person: Person) -> tuple[TieOffer, str]:
    """The offer as it stands, locked, and the person's side of it: both may answer at once."""
    held = TieOffer.objects.select_for_update().select_related("tie").get(pk=offer.pk)
    if person.pk not in _sides(held.tie):
        raise ValueError("the tie belongs to others")
    return held, "low" if held.tie.low_id == person.pk else "high"


def _sides(tie: Tie) -> tuple[UUID, UUID]:
    return tie.low_id, tie.high_id
