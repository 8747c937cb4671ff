"""Who may decide: appointed people, and never one who is a side."""

from __future__ import annotations

from zhima.city.appeals.models import Case
from zhima.city.appeals.refusals import AppealRefused, Refusal
from zhima.city.disclosure.aftermath import approvers_of
from zhima.city.people.contacts import contacts_of
from zhima.city.people.models import Person
from zhima.city.people.offices import Office

OFFICE = Office("Appeal deciders", "appeals.change_case")


def may_answer(person: Person, case: Case) -> bool:
    """Whoever made the first decision, or one who decides appeals and collects the facts."""
    return case.first_decider_id == person.pk or OFFICE.is_held_by(person)


def require_impartial(person: Person, case: Case) -> None:
    """AppealRefused unless the person was appointed and stands outside the case."""
    AppealRefused.unless(OFFICE.is_held_by(person), Refusal.NOT_A_DECIDER)
    is_side = person.pk in {case.person_id, case.first_decider_id} or _approved(person, case)
    if is_side or contacts_of(person).filter(pk=case.person_id).exists():
        raise AppealRefused(Refusal.DECIDER_IS_PARTY)


def _approved(person: Person, case: Case) -> bool:
    """Whether somebody approved the reading that is contested."""
    is_reading = case.about == Case.About.READING
    return is_reading and str(person.pk) in approvers_of(int(case.subject))
