"""Who may decide: appointed people, and never one who is a side."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

from zhima.city.appeals.models import Case
from zhima.city.appeals.refusals import AppealRefused, Refusal
from zhima.city.disclosure.aftermath import approvers_of
from zhima.city.people.contacts import contacts_of
from zhima.city.people.models import Person

GROUP = "Appeal deciders"
PERMISSION = "appeals.change_case"


def appoint(person: Person) -> None:
    """Let somebody decide appeals."""
    group, fresh = Group.objects.get_or_create(name=GROUP)
    if fresh:
        app, codename = PERMISSION.split(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    person.groups.add(group)


def is_decider(person: Person) -> bool:
    """Whether somebody was appointed."""
    return person.is_active and person.has_perm(PERMISSION)


def may_answer(person: Person, case: Case) -> bool:
    """Whoever made the first decision, or one who decides appeals and collects the facts."""
    return case.first_decider_id == person.pk or is_decider(person)


def require_impartial(person: Person, case: Case) -> None:
    """AppealRefused unless the person was appointed and stands outside the case."""
    if not is_decider(person):
        raise AppealRefused(Refusal.NOT_A_DECIDER)
    is_side = person.pk in {case.person_id, case.first_decider_id} or _approved(person, case)
    if is_side or contacts_of(person).filter(pk=case.person_id).exists():
        raise AppealRefused(Refusal.DECIDER_IS_PARTY)


def _approved(person: Person, case: Case) -> bool:
    """Whether somebody approved the reading that is contested."""
    is_reading = case.about == Case.About.READING
    return is_reading and str(person.pk) in approvers_of(int(case.subject))
