"""Whether an answer tells a stranger the owner's score: searched for in every answer to everybody.

The owner is given a number that nothing else contains. Whoever else is told it must have left an
entry of the log in the same moment.
"""

from __future__ import annotations

import re

from django.http import HttpResponseBase

from zhima.city import clock
from zhima.city.disclosure.models import Entry
from zhima.city.people.models import Person
from zhima.city.scoring.models import Event, Score, Standing
from zhima.engine.kinds import Factor

NUMBER = 787
ITEM = "planted-item-of-the-owner"
_TOLD = re.compile(rf"(?<![\w.,:/-]){NUMBER}(?![\w.,:/-])|{ITEM}".encode())


def plant(owner: Person) -> None:
    """Put the number into whatever is stored of the owner's score, and a mark into an item."""
    mine = {"person_id": owner.pk, "score": NUMBER}
    newest = Score.objects.filter(person_id=owner.pk).order_by("-seq").first()
    if newest is None:
        points = dict.fromkeys((*map(str, Factor), "friends_points"), 0.0)
        Score.objects.create(
            **mine, **points, seq=1, low=NUMBER, high=NUMBER, band="outstanding", own=437,
            rulebook="open", as_of=clock.now(), cause="day", lines=[],
        )  # fmt: skip
        return
    Score.objects.filter(pk=newest.pk).update(score=NUMBER, low=NUMBER - 9, high=NUMBER + 9)
    Standing.objects.filter(person_id=owner.pk).update(score=NUMBER)
    for event in Event.objects.filter(person_id=owner.pk)[:1]:
        Event.objects.filter(pk=event.pk).update(context={**event.context, "category": ITEM})


def tells(answer: HttpResponseBase) -> bool:
    """Whether the number or the item is in an answer."""
    if answer.streaming:
        return False
    return _TOLD.search(answer.content) is not None


def entries() -> int:
    """How many entries the log has."""
    return Entry.objects.count()
