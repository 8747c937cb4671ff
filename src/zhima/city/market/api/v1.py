"""Version 1; its OpenAPI document is at /api/apps/v1/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from zhima.city.api.bodies import OneMeaning
from zhima.city.api.errors import install
from zhima.city.market.api import for_apps, for_people

api = NinjaAPI(
    title="OpenZhima mini-app API",
    version="1",
    description="What an app that runs elsewhere may do: the functions of the city's own apps.",
    docs_url=None,
    parser=OneMeaning(),
    urls_namespace="apps-v1",
)
install(api)
api.add_router("/app", for_apps.router)
api.add_router("/person", for_people.router)
