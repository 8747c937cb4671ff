"""Security headers that Django and django-csp leave to us."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


OFFICE = "/office/"
OFFICE_NEEDS = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}
"""The office's theme evaluates the expressions of its own templates (Alpine.js), and sizes parts
by style attributes. Nobody but operators gets there, and the phone's pages stay strict."""


@sync_and_async_middleware
def office_scripts(get_response: Callable[..., object]) -> Callable[..., object]:
    """Let the office's theme run; inside of the policy that django-csp writes."""
    if iscoroutinefunction(get_response):
        return get_response

    def page(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path.startswith(OFFICE):
            response._csp_update = OFFICE_NEEDS
        return response

    return page


@sync_and_async_middleware
def permissions_policy(get_response: Callable[..., object]) -> Callable[..., object]:
    """Only our own pages may ask for the camera; nothing may ask for the rest."""
    if iscoroutinefunction(get_response):

        async def stream(request: HttpRequest) -> HttpResponseBase:
            return _sealed(await get_response(request))

        return stream

    def page(request: HttpRequest) -> HttpResponseBase:
        return _sealed(get_response(request))

    return page


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    response["Permissions-Policy"] = POLICY
    return response
