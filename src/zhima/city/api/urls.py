"""Addresses of the partner API and of the page about its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from zhima.city.api import views
from zhima.city.api.errors import method_refused
from zhima.city.api.v1 import api


def with_keys(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Routes that know partners by their keys, not by a session."""
    routes = list(patterns)
    for route in routes:
        if isinstance(route, URLPattern):
            route.callback = _in_one_shape(route.callback)
            route.callback.login_required = False
    return routes


def _in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The framework refuses a method before any handler of errors is asked."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        return method_refused(answer["Allow"]) if answer.status_code == 405 else answer

    return answered


_v1_routes, _v1_app, _v1_namespace = api.urls

_pages = [
    path("<uuid:shop_id>/keys/", views.keys, name="keys"),
    path("<uuid:shop_id>/keys/<int:key_id>/", views.revoke, name="revoke"),
]
urlpatterns = [
    path("v1/", (with_keys(_v1_routes), _v1_app, _v1_namespace)),
    path("shops/", include((_pages, "api"))),
]
