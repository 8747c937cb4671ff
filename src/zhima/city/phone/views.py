"""The resident's own pages: home, history, profile."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhima.city.phone.tiles import tiles
from zhima.city.wallet import activity, books

LATEST = 4
PAGE = 30


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Balance, the four actions, the apps, what happened lately."""
    books.open_purse(request.user)
    return render(
        request,
        "phone/home.html",
        {
            "account": books.account(request.user),
            "actions": tiles(actions=True),
            "apps": tiles(actions=False),
            "latest": activity.latest(request.user, limit=LATEST),
            "tab": "home",
        },
    )


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Everything that moved, newest first, a page at a time."""
    books.open_purse(request.user)
    before = request.GET.get("before", "")
    before_seq = int(before) if before.isdecimal() and len(before) < 19 else 0
    lines = activity.latest(request.user, limit=PAGE, before_seq=before_seq)
    template = "phone/history_lines.html" if before_seq else "phone/history.html"
    return render(request, template, {"lines": lines, "more": len(lines) == PAGE})


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """The resident's own card, language, security, log-out."""
    return render(request, "phone/profile.html", {"tab": "me"})


@require_GET
def scan(request: HttpRequest) -> HttpResponse:
    """The scanner. What it reads it posts to the payment app."""
    return scanner(
        request, title=_("Scan"), reads_to=_address("pay:scan"), back=reverse("phone:home")
    )


@csp_update({"script-src": [SELF, "'wasm-unsafe-eval'"]})
def scanner(request: HttpRequest, *, title: str, reads_to: str, back: str) -> HttpResponse:
    """A page with the camera; what it reads it posts as `text` to `reads_to`."""
    context = {"scan_title": title, "reads_to": reads_to, "back": back}
    return render(request, "phone/scan.html", context)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
