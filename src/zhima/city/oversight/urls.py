"""Addresses of oversight."""

from __future__ import annotations

from django.urls import path

from zhima.city.oversight import views

app_name = "oversight"

urlpatterns = [
    path("", views.whose_good, name="whose_good"),
    path("courts/", views.court_link, name="court_link"),
]
