"""Addresses of the app."""

from __future__ import annotations

from zhima.city.apps.restaurant.front import Restaurant

app_name = "restaurant"
urlpatterns = Restaurant(app_name).urls()
