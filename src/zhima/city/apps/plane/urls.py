"""Addresses of the app."""

from __future__ import annotations

from zhima.city.market.counter import Journeys

app_name = "plane"
urlpatterns = Journeys(app_name).urls()
