"""Addresses of the app."""

from __future__ import annotations

from zhima.city.market.counter import Front

app_name = "tennis"
urlpatterns = Front(app_name).urls()
