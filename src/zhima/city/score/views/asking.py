"""What if: one change, asked of the engine that made the score."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from zhima.city.disclosure import own
from zhima.city.limits import limited
from zhima.city.score.mine import Mine, with_score
from zhima.city.score.questions import BY_ID, QUESTIONS, Answer, answer, leaving
from zhima.city.scoring.imagining import Change


@require_http_methods(["GET", "POST"])
@limited("60/minute")
@with_score
def what_if(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Ask what one change would do; nothing is kept, and nothing changes."""
    contacts = leaving(mine.lines, mine.policy, mine.names)
    found: Answer | None = None
    asked = request.POST.get("ask", "")
    change = _change(asked, {each.id: each.contact for each in contacts})
    if change is not None:
        found = answer(mine.now, mine.lines, own.what_if(mine.person, change), mine.policy)
    context = {
        "questions": QUESTIONS,
        "contacts": contacts,
        "asked": asked if found else "",
        "answer": found,
        "score": mine.now.score,
    }
    return render(request, "score/what_if.html", context)


def _change(asked: str, contacts: dict[str, str]) -> Change | None:
    if asked in contacts:
        return Change(leaves=(UUID(contacts[asked]),))
    question = BY_ID.get(asked)
    return Change(events=question.events) if question else None
