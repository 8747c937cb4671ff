"""Addresses of the app."""

from __future__ import annotations

from zhima.city.apps.bike.front import Bike

app_name = "bike"
urlpatterns = Bike(app_name).urls()
