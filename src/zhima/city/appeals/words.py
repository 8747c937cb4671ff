"""A case in words of its reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from zhima.city.appeals.models import Case
from zhima.city.appeals.subjects import Subject
from zhima.city.language import told
from zhima.city.score.life import app_name
from zhima.city.scoring import policy
from zhima.engine.events.vocabulary import KINDS


def title(case: Case | Subject) -> str:
    """What is contested."""
    if case.about == Case.About.ITEM and case.kind in KINDS:
        return told(KINDS[case.kind].meaning)
    if case.about == Case.About.DECISION:
        doors = policy.in_force(case.happened_at).rulebook.rules.doors
        found = next((door for door in doors if door.id == case.subject), None)
        return told(found.title) if found else case.subject
    if case.about == Case.About.READING:
        return gettext("That %(reader)s read about me") % {"reader": case.made_by}
    return gettext("My score")


def made_by(case: Case | Subject) -> str:
    """Who reported the item, took the decision or read."""
    if case.made_by == "rulebook":
        return gettext("by the rulebook")
    kind, _, name = case.made_by.partition(":")
    return app_name(name) if kind == "app" else case.made_by
