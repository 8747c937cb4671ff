"""What makes the pages an app on a phone: manifest, service worker, the page without connection."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from zhima.city.phone import assets

PAPER = "#f5f0e6"


@login_not_required
@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    icon = {"src": static("phone/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": "OpenZhima",
            "short_name": "OpenZhima",
            "description": _("Wallet, chats and a score that explains every point."),
            "start_url": reverse("phone:home"),
            "scope": reverse("phone:home"),
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
            "shortcuts": [{"name": _("Scan"), "url": reverse("phone:scan")}],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> FileResponse:
    """The service worker, from the address that lets it serve every page."""
    bundled = assets.BUILT / assets.bundle()["src/worker.js"]["file"]
    return FileResponse(bundled.open("rb"), content_type="text/javascript")


@login_not_required
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows while there is no connection."""
    return render(request, "phone/offline.html")
