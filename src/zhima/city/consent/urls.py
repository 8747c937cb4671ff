"""Addresses of a person's permissions."""

from __future__ import annotations

from django.urls import path

from zhima.city.consent import views

app_name = "consent"
urlpatterns = [
    path("", views.permissions, name="permissions"),
    path("<uuid:grant_id>/revoke/", views.revoke, name="revoke"),
    path("<uuid:grant_id>/receipt/", views.download_receipt, name="receipt"),
]
