"""Addresses of one's own data."""

from __future__ import annotations

from django.urls import path

from zhima.city.mydata import views

app_name = "mydata"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("archive.zip", views.archive, name="archive"),
    path("leave/", views.leave, name="leave"),
]
