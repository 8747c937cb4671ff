"""The one address of live screens."""

from __future__ import annotations

from django.urls import path

from zhima.city.live import views

app_name = "live"
urlpatterns = [path("", views.stream, name="stream")]
