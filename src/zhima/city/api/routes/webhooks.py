"""Where partners hear of payments, and what became of what they were told."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Status

from zhima.city.api.errors import ERRORS, ApiError, ErrorOut, not_found
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.api.reaching import may_be_reached
from zhima.city.api.schemas import (
    DeliveryList,
    DeliveryOut,
    EndpointIn,
    EndpointList,
    EndpointOut,
)

router = Router(tags=["webhooks"])
MAX_ENDPOINTS = 10
SHOWN = 50
Id = Annotated[str, Path(pattern="^[0-9a-f]{20}$")]


@router.post(
    "/webhook-endpoints",
    response={201: EndpointOut, ERRORS: ErrorOut},
    operation_id="create_webhook_endpoint",
)
def create(request: HttpRequest, endpoint: EndpointIn) -> Status[EndpointOut]:
    """Hear of payments at a URL. The secret is told here and never again."""
    if not may_be_reached(endpoint.url):
        raise ApiError(
            422,
            "url_not_reachable",
            "This URL is not public, or not HTTPS.",
            field="url",
            remedy="Give an https URL whose host has a public address.",
        )
    if Endpoint.objects.filter(merchant=request.auth).count() >= MAX_ENDPOINTS:
        raise ApiError(
            409,
            "too_many_endpoints",
            f"A shop has {MAX_ENDPOINTS} endpoints at most.",
            remedy="Delete one first.",
        )
    made = Endpoint.objects.create(merchant=request.auth, url=endpoint.url)
    return Status(201, _endpoint_out(made, secret=made.secret))


@router.get(
    "/webhook-endpoints",
    response={200: EndpointList, ERRORS: ErrorOut},
    operation_id="list_webhook_endpoints",
)
def endpoints(request: HttpRequest) -> EndpointList:
    """All endpoints of the shop."""
    found = Endpoint.objects.filter(merchant=request.auth).order_by("made_at")
    return EndpointList(endpoints=[_endpoint_out(endpoint, secret="") for endpoint in found])


@router.delete(
    "/webhook-endpoints/{endpoint_id}",
    response={204: None, ERRORS: ErrorOut},
    operation_id="delete_webhook_endpoint",
)
def delete(request: HttpRequest, endpoint_id: Id) -> Status[None]:
    """Stop hearing of payments there."""
    deleted, _ = Endpoint.objects.filter(merchant=request.auth, pk=endpoint_id).delete()
    if not deleted:
        raise not_found("endpoint")
    return Status(204, None)


@router.get(
    "/webhook-deliveries",
    response={200: DeliveryList, ERRORS: ErrorOut},
    operation_id="list_webhook_deliveries",
)
def deliveries(request: HttpRequest) -> DeliveryList:
    """The newest deliveries."""
    found = Delivery.objects.filter(endpoint__merchant=request.auth).order_by("-seq")[:SHOWN]
    return DeliveryList(deliveries=[_delivery_out(delivery) for delivery in found])


@router.post(
    "/webhook-deliveries/{delivery_id}/replay",
    response={202: DeliveryOut, ERRORS: ErrorOut},
    operation_id="replay_webhook_delivery",
)
def replay(request: HttpRequest, delivery_id: Id) -> Status[DeliveryOut]:
    """Send a delivery once more, whatever became of it; its id stays, so that you notice."""
    found = Delivery.objects.filter(endpoint__merchant=request.auth, pk=delivery_id).first()
    if found is None:
        raise not_found("delivery")
    # The machine's clock (api/sending.py).
    found.state, found.attempts, found.due_at = Delivery.State.WAITING, 0, timezone.now()
    found.save(update_fields=["state", "attempts", "due_at"])
    return Status(202, _delivery_out(found))


def _endpoint_out(endpoint: Endpoint, *, secret: str) -> EndpointOut:
    return EndpointOut(
        endpoint_id=endpoint.pk, url=endpoint.url, is_active=endpoint.is_active, secret=secret
    )


def _delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(
        delivery_id=delivery.pk,
        endpoint_id=delivery.endpoint_id,
        event=delivery.body["type"],
        state=delivery.state,
        attempts=delivery.attempts,
        answered=delivery.answered,
        due_at=delivery.due_at,
    )
