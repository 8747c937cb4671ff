"""Addresses of the city. Each app keeps its own under its name."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from oauth2_provider.urls import metadata_urlpatterns

from zhima.city.api.urls import with_keys
from zhima.city.market.api.v1 import api as mini_apps_api

mini_apps_routes, mini_apps_app, mini_apps_namespace = mini_apps_api.urls
MINI_APPS = (
    *("doctor", "car", "plane", "bike", "taxi", "groceries"),
    *("tennis", "hotel", "flat", "restaurant", "train", "tools"),
)
"""Folders of `zhima.city.apps`; each is an app of the market with a manifest of its own."""

urlpatterns = [
    path("", include("zhima.city.phone.urls")),
    path("people/", include("zhima.city.people.urls")),
    path("chat/", include("zhima.city.chat.urls")),
    path("pay/", include("zhima.city.pay.urls")),
    path("api/apps/v1/", (with_keys(mini_apps_routes), mini_apps_app, mini_apps_namespace)),
    path("api/", include("zhima.city.api.urls")),
    path("api/partner/", include("zhima.city.disclosure.partner_urls")),
    path("agreements/", include("zhima.city.obligations.urls")),
    path("doors/", include("zhima.city.doors.urls")),
    path("score/", include("zhima.city.score.urls")),
    path("oauth/", include("zhima.city.consent.oauth_urls")),
    path("", include(metadata_urlpatterns)),
    path("badge/", include("zhima.city.badges.urls")),
    path("permissions/", include("zhima.city.consent.urls")),
    path("", include("zhima.city.disclosure.urls")),
    path("market/", include("zhima.city.market.urls")),
    *(path(f"apps/{app}/", include(f"zhima.city.apps.{app}.urls")) for app in MINI_APPS),
    path("appeals/", include("zhima.city.appeals.urls")),
    path("authority/", include("zhima.city.authority.urls")),
    path("whose-good/", include("zhima.city.oversight.urls")),
    path("my-data/", include("zhima.city.mydata.urls")),
    path("live/", include("zhima.city.live.urls")),
    path("account/", include("zhima.city.people.account_urls")),
    path("office/console/", include("zhima.city.console.urls")),
    path("office/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("zhima.city.demo.urls")))

handler400 = "zhima.city.phone.errors.bad_request"
handler403 = "zhima.city.phone.errors.forbidden"
handler404 = "zhima.city.phone.errors.not_found"
handler500 = "zhima.city.phone.errors.server_error"
