"""The stream of a person's signals, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from zhima.city.live.hub import hub
from zhima.city.people.models import Person

HEARTBEAT_S = 15.0


@login_not_required
@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """One message a hint, its topic; 204 tells the browser of a stranger to stop asking."""
    person = await request.auser()
    if not person.is_authenticated:
        return HttpResponse(status=204)
    response = StreamingHttpResponse(
        _events(request, person), content_type="text/event-stream; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(request: HttpRequest, person: Person) -> AsyncIterator[str]:
    with hub.listening(person.pk) as topics:
        yield ": hello\n\n"
        while True:
            try:
                topic = await asyncio.wait_for(topics.get(), HEARTBEAT_S)
            except TimeoutError:
                if not await request.session.aexists(request.session.session_key):
                    # Logged out elsewhere: the browser asks again and is told to stop.
                    return
                yield ": still here\n\n"
            else:
                yield f"data: {topic}\n\n"
