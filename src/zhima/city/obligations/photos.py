"""Photos of damage: shown by the owner with the claim, seen by both sides and nobody else."""

from __future__ import annotations

import hashlib
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhima.city.clock import now
from zhima.city.obligations import pictures
from zhima.city.obligations.models import Obligation, Photo
from zhima.city.obligations.outcomes import Refusal, Refused
from zhima.city.pay.shops import role_at
from zhima.city.people.models import Person

MOST = 6
"""Of one agreement."""
DAY_S = 24 * 3600


def show(obligation: Obligation, *, by: str, content: bytes) -> Photo | Refused:
    """Keep a photo of damage; the same picture twice is one."""
    if obligation.photos.count() >= MOST:
        return Refused(Refusal.PHOTOS_ENOUGH)
    picture = pictures.kept(content)
    if isinstance(picture, Refused):
        return picture
    photo, _ = Photo.objects.get_or_create(
        obligation=obligation,
        sha256=hashlib.sha256(picture.content).hexdigest(),
        defaults={
            "by": by,
            "at": now(),
            "content": picture.content,
            "small": picture.small,
        },
    )
    return photo


@require_GET
def photo(request: HttpRequest, obligation_id: str, photo_id: int, size: str) -> HttpResponse:
    """The picture, for the person and for those who keep the shop; nothing there for others."""
    found = Photo.objects.select_related("obligation__merchant").filter(
        pk=photo_id, obligation_id=obligation_id
    )
    shown = found.first()
    if shown is None or not _is_a_side(shown.obligation, cast(Person, request.user)):
        raise Http404
    content = shown.small if size == "small" else shown.content
    answer = HttpResponse(bytes(content), content_type=pictures.MEDIA_TYPE)
    answer["Content-Disposition"] = f'inline; filename="damage-{shown.pk}.jpg"'
    answer["Cache-Control"] = f"private, max-age={DAY_S}"
    return answer


def _is_a_side(obligation: Obligation, person: Person) -> bool:
    return person.pk == obligation.person_id or role_at(obligation.merchant, person) is not None
