"""Addresses of what a score opens."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "doors"
urlpatterns: list[URLPattern] = []
