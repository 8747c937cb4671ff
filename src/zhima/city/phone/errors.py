"""What the city says when a page cannot be given: what happened, and the way on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400, _("That did not arrive whole"), _("Go back and send it again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403, _("This is not yours to see"), _("Go home; nothing was changed."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; also for what exists and is nobody else's business."""
    return _page(request, 404, _("There is nothing here"), _("The address may be old or mistyped."))


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is not from this session."""
    return _page(
        request,
        403,
        _("This page had gone stale"),
        _("You logged in or out since it was opened. Go back, load it again, and send it again."),
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429."""
    return _page(
        request, 429, _("Too many tries"), _("Wait a minute, then try again. Nothing was changed.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the page's usual surroundings: they may be what is broken."""
    return HttpResponse(
        "<!doctype html><title>OpenZhima</title>"
        "<h1>Something broke here / 出错了</h1><p>It is our fault, and it is written down. "
        "Try again in a moment. 这是我们的问题，已经记录。请稍后再试。</p>",
        status=500,
    )


def _page(request: HttpRequest, status: int, title: object, advice: object) -> HttpResponse:
    page = render(request, "phone/error.html", {"title": title, "advice": advice}, status=status)
    if "HX-Request" in request.headers:
        # It is about the whole page, not about the part that sent the form.
        page["HX-Retarget"], page["HX-Reselect"], page["HX-Reswap"] = "body", ".phone", "innerHTML"
    return page
