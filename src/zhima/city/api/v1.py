"""Version 1 of the partner API; its OpenAPI document is at /api/v1/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from zhima.city.api.bodies import OneMeaning
from zhima.city.api.errors import install
from zhima.city.api.keys import PartnerKey
from zhima.city.api.routes import operators, orders, payments, shop, webhooks

api = NinjaAPI(
    title="OpenZhima partner API",
    version="1",
    description="Orders, payments, refunds, tickets and webhooks for shops' own software.",
    auth=PartnerKey(),
    # The interactive page loads scripts from elsewhere, which our policy forbids.
    docs_url=None,
    parser=OneMeaning(),
    urls_namespace="api-v1",
)
install(api)
api.add_router("/orders", orders.router)
api.add_router("", payments.router)
api.add_router("", webhooks.router)
api.add_router("", operators.router)
api.add_router("/shop", shop.router)
