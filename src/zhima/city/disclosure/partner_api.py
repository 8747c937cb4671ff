"""What a partner with a token may ask: a pseudonym, the granted fields, yes or no at a door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Query, Schema

from zhima.city.api.bodies import OneMeaning
from zhima.city.api.errors import ERRORS, ApiError, ErrorOut, install
from zhima.city.consent.bearer import ClientToken, MeOut, me_of, need
from zhima.city.consent.models import Partner
from zhima.city.disclosure.readers import Refusal
from zhima.city.disclosure.reading import Reader, Refused, ask_door, score_of

PROFILE = "profile"
NAMES = r"^[a-z_]+(,[a-z_]+)*$"
_STATUS = {Refusal.TOO_OFTEN: 429, Refusal.UNKNOWN_DOOR: 404}


class PartnerToken(ClientToken):
    """A partner with a person's token."""

    kind = Partner.Kind.PARTNER


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
    auth=PartnerToken(),
    docs_url=None,
    parser=OneMeaning(),
    urls_namespace="partner-v1",
)
install(api)
_ANSWERS = {frozenset({*ERRORS, 403}): ErrorOut}


@api.get("/me", response={200: MeOut, **_ANSWERS})
def me(request: HttpRequest) -> MeOut:
    """Who this is, and what she permits now."""
    return me_of(request.auth)


@api.get("/score", response={200: FieldsOut, **_ANSWERS})
def score(request: HttpRequest, fields: str = Query(max_length=100, pattern=NAMES)) -> FieldsOut:
    """The fields named, by commas: band, score, interval, factors."""
    wanted = tuple(fields.split(","))
    need(request.auth, PROFILE)
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
    need(request.auth, f"door:{door_id}")
    try:
        decision = ask_door(reader=_reader(request), person=request.auth.user, door_id=door_id)
    except Refused as refused:
        raise _refusal(refused) from refused
    return DoorOut(outcome=str(decision.outcome), deposit_fen=decision.deposit_fen)


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
