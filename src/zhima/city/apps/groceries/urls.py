"""Addresses of the app."""

from __future__ import annotations

from zhima.city.apps.groceries.front import Groceries

app_name = "groceries"
urlpatterns = Groceries(app_name).urls()
