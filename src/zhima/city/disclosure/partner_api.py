"""What a partner with a token may ask: a pseudonym, the granted fields, yes or no at a door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Query, Schema
from ninja.security import HttpBearer
from oauth2_provider.oauth2_backends import get_oauthlib_core
from pydantic import Field

from zhima.city import clock
from zhima.city.api.errors import ERRORS, ApiError, ErrorOut, install
from zhima.city.consent.models import Grant
from zhima.city.consent.oauth import subject
from zhima.city.disclosure.readers import Refusal
from zhima.city.disclosure.reading import Reader, Refused, ask_door, score_of

PROFILE = "profile"
_STATUS = {Refusal.TOO_OFTEN: 429, Refusal.UNKNOWN_DOOR: 404}


class Token(HttpBearer):
    """`Authorization: Bearer ...`; the token row is then `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token's row, if it is good here and now."""
        is_good, answer = get_oauthlib_core().verify_request(request, scopes=[])
        return answer.access_token if is_good else None


class Permission(Schema):
    """One live permission of the person."""

    purpose: str
    fields: list[str]
    until: str = Field(description="RFC 3339.")


class MeOut(Schema):
    """The person as this partner knows her."""

    sub: str = Field(description="A pseudonym: another one for every partner.")
    permissions: list[Permission]


class DoorOut(Schema):
    """Yes, no, or a deposit; never the score."""

    outcome: str
    deposit_fen: int | None


class FieldsOut(Schema):
    """The fields asked for."""

    fields: dict[str, Any]


api = NinjaAPI(
    title="OpenZhima partner reading API",
    version="1",
    description="Reading what a person has granted. Every call appears in the person's feed.",
    auth=Token(),
    docs_url=None,
    urls_namespace="partner-v1",
)
install(api)
_ANSWERS = {frozenset({*ERRORS, 403}): ErrorOut}


@api.get("/me", response={200: MeOut, **_ANSWERS})
def me(request: HttpRequest) -> MeOut:
    """Who this is, and what she permits now."""
    token = request.auth
    now = clock.now()
    given = Grant.objects.filter(person=token.user, recipient=token.application.recipient)
    return MeOut(
        sub=subject(person_id=token.user_id, client_id=token.application.client_id),
        permissions=[
            Permission(purpose=g.purpose, fields=g.fields, until=g.until.isoformat())
            for g in given
            if g.is_live(now)
        ],
    )


@api.get("/score", response={200: FieldsOut, **_ANSWERS})
def score(request: HttpRequest, fields: str = Query(max_length=100)) -> FieldsOut:
    """The fields named, by commas: band, score, interval, factors."""
    wanted = tuple(field for field in fields.split(",") if field)
    if not wanted:
        raise ApiError(422, "no_fields", "No field is named.", field="fields", remedy="Name some.")
    _need(request, PROFILE)
    try:
        found = score_of(
            reader=_reader(request), person=request.auth.user, purpose=PROFILE, fields=wanted
        )
    except Refused as refused:
        raise _refusal(refused) from refused
    return FieldsOut(fields=found)


@api.get("/doors/{door_id}", response={200: DoorOut, **_ANSWERS})
def door(request: HttpRequest, door_id: str) -> DoorOut:
    """Whether a door is open to the person."""
    _need(request, f"door:{door_id}")
    try:
        decision = ask_door(reader=_reader(request), person=request.auth.user, door_id=door_id)
    except Refused as refused:
        raise _refusal(refused) from refused
    return DoorOut(outcome=str(decision.outcome), deposit_fen=decision.deposit_fen)


def _need(request: HttpRequest, scope: str) -> None:
    if not request.auth.allow_scopes([scope]):
        raise ApiError(
            403,
            "insufficient_scope",
            "The token is not for this purpose.",
            remedy="Ask the person for it at the authorisation endpoint.",
        )


def _reader(request: HttpRequest) -> Reader:
    partner = request.auth.application
    return Reader("partner", partner.client_id, partner.name)


def _refusal(refused: Refused) -> ApiError:
    return ApiError(
        _STATUS.get(refused.reason, 403),
        str(refused.reason),
        "The person's data is not given.",
        remedy="Ask the person again; docs/consent.md explains each code.",
    )
