"""The one security header that Django and django-csp leave out."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


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
