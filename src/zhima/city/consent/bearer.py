"""Who speaks to an API with a token of ours: which client, and for whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from ninja import Schema
from ninja.security import HttpBearer
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_backends import get_oauthlib_core
from pydantic import Field

from zhima.city import clock
from zhima.city.api.errors import ApiError
from zhima.city.api.keys import keep_within
from zhima.city.consent.models import Grant, Partner
from zhima.city.consent.oauth import subject

RATE_OF_CLIENT = "1200/minute"
"""For itself."""
RATE_FOR_PERSON = "120/minute"
RATE_FOR_PEOPLE = "6000/minute"
"""For all its people together: fifty who do as much as one may, or thousands who live."""


class ClientToken(HttpBearer):
    """`Authorization: Bearer ...` of one kind of client; `request.auth` is the token's row."""

    kind: ClassVar[Partner.Kind]
    of_person: ClassVar[bool] = True
    """Whether it was given by a person, or the client has it for itself."""

    def authenticate(self, request: HttpRequest, token: str) -> AccessToken | None:
        """The token's row, if it is good here and now; 429 when its client asks too often."""
        is_good, answer = get_oauthlib_core().verify_request(request, scopes=[])
        found: Any = answer.access_token if is_good else None
        if found is None or found.application.kind != self.kind:
            return None
        if (found.user_id is not None) != self.of_person:
            return None
        _count(found)
        return found


def _count(token: AccessToken) -> None:
    """By client and person, not by token: a fresh token brings no fresh minute."""
    client, person = token.application.client_id, token.user_id
    if person is None:
        keep_within(RATE_OF_CLIENT, "client", client)
        return
    # Her own first: one who asks too often for one person takes nothing from the others.
    keep_within(RATE_FOR_PERSON, "client for person", f"{client}:{person}")
    keep_within(RATE_FOR_PEOPLE, "client for people", client)


class PermissionOut(Schema):
    """One live permission of the person."""

    purpose: str
    fields: list[str]
    until: str = Field(description="RFC 3339.")


class MeOut(Schema):
    """The person as this client knows her."""

    sub: str = Field(description="A pseudonym: another one for every partner and every app.")
    permissions: list[PermissionOut]


def me_of(token: AccessToken) -> MeOut:
    """Who a token is about, and what she permits its client now."""
    client, now = token.application, clock.now()
    given = Grant.objects.filter(person=token.user_id, recipient=client.recipient)
    return MeOut(
        sub=subject(person_id=token.user_id, client_id=client.client_id),
        permissions=[
            PermissionOut(purpose=g.purpose, fields=g.fields, until=g.until.isoformat())
            for g in given.order_by("purpose")
            if g.is_live(now)
        ],
    )


def need(token: AccessToken, scope: str) -> None:
    """403 when a token is not for a purpose."""
    if not token.allow_scopes([scope]):
        raise ApiError(
            403,
            "insufficient_scope",
            f"The token is not for '{scope}'.",
            field="Authorization",
            remedy="Ask the person for it at the authorisation endpoint.",
        )
