"""Addresses of the app."""

from __future__ import annotations

from zhima.city.apps.flat.front import Flat

app_name = "flat"
urlpatterns = Flat(app_name).urls()
