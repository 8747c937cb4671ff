"""Who looked: a person's own entries, each with its proof; and the log for everybody."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.disclosure import tree
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.own_entry import own_entry
from zhima.city.disclosure.publishing import KEY_FILE, default_folder, publish_default
from zhima.city.disclosure.words import shown
from zhima.city.merkle.folder import HEAD
from zhima.city.merkle.heads import open_head

A_PAGE = 40


@require_GET
def who_looked(request: HttpRequest) -> HttpResponse:
    """The latest looks at the person's data; `before` goes on where a page ended."""
    before = request.GET.get("before", "")
    looks = feed(request.user, limit=A_PAGE + 1, before=int(before) if before.isdecimal() else None)
    context = {"looks": [shown(look) for look in looks[:A_PAGE]], "more": len(looks) > A_PAGE}
    part = request.htmx and before
    return render(request, "disclosure/looks.html" if part else "disclosure/feed.html", context)


@require_GET
def own_proof(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One's own entry with its proof, to be checked without the city."""
    entry = get_object_or_404(Entry, pk=entry_id, person=request.user)
    sealed = entry.sealed_until is not None and entry.sealed_until > clock.now()
    if sealed or entry.detail is None or entry.salt is None:
        raise Http404
    note = tree.signed_head()
    entry.refresh_from_db()
    if entry.place is None:
        raise Http404
    size = open_head(note, public_key()).size
    text = own_entry(
        body=bytes(entry.body),
        salt=bytes(entry.salt),
        detail=entry.detail,
        proof=tree.prove(entry.place, note=note, size=size),
    )
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="entry-{entry.place}.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_GET
def published(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A file of the public log, as any static server would hand it out."""
    folder = default_folder()
    if name in (HEAD, KEY_FILE):
        publish_default()
    path = PurePosixPath(name)
    known = name in (HEAD, KEY_FILE) or path.parts[:1] == ("tile",)
    file = folder / path
    if not known or ".." in path.parts or not file.is_file():
        raise Http404
    kind = "application/octet-stream" if path.parts[0] == "tile" else "text/plain; charset=utf-8"
    return FileResponse(file.open("rb"), content_type=kind)
