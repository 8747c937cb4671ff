"""Addresses of the app."""

from __future__ import annotations

from zhima.city.apps.taxi.front import Taxi

app_name = "taxi"
urlpatterns = Taxi(app_name).urls()
