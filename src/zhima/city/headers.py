"""The security headers that Django and django-csp leave out, and one that they work out anew."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


OFFICE = "/office/"
OFFICE_NEEDS = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}
"""The office's theme evaluates the expressions of its own templates (Alpine.js), and sizes parts
by style attributes. Nobody but operators gets there, and the phone's pages stay strict."""


class ContentSecurityPolicy(CSPMiddleware):
    """As django-csp's, but what is the same for almost every page is worked out once."""

    def __init__(self, get_response: Callable[..., object]) -> None:
        super().__init__(get_response)
        self._ordinary = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the header; a page with a wish of its own, or a nonce, is left to django-csp."""
        if request.path.startswith(OFFICE):
            response._csp_update = OFFICE_NEEDS
        wishes = any(name.startswith("_csp") for name in vars(response))
        if wishes or hasattr(request, "_csp_nonce"):
            return super().process_response(request, response)
        response.setdefault(HEADER, self._ordinary)
        return response


@sync_and_async_middleware
def permissions_policy(get_response: Callable[..., object]) -> Callable[..., object]:
    """Only our own pages may ask for the camera, and nothing for the rest; nobody keeps a page."""
    if iscoroutinefunction(get_response):

        async def stream(request: HttpRequest) -> HttpResponseBase:
            return _sealed(await get_response(request))

        return stream

    def page(request: HttpRequest) -> HttpResponseBase:
        return _sealed(get_response(request))

    return page


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    response["Permissions-Policy"] = POLICY
    # Whatever says nothing of itself may be somebody's own: nobody on the way keeps it.
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
