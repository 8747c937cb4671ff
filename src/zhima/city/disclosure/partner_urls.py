"""Addresses of what partners may ask with a token."""

from __future__ import annotations

from django.urls import path

from zhima.city.api.urls import with_keys
from zhima.city.disclosure.partner_api import api

_routes, _app, _namespace = api.urls
urlpatterns = [path("v1/", (with_keys(_routes), _app, _namespace))]
