"""Addresses of badges."""

from __future__ import annotations

from django.urls import path

from zhima.city.badges import views

app_name = "badges"
urlpatterns = [
    path("", views.badges, name="badges"),
    path("issue/", views.issue, name="issue"),
    path("<uuid:batch_id>/revoke/", views.revoke, name="revoke"),
    path("check/", views.check, name="check"),
    path("statuses/", views.statuses, name="statuses"),
    path("key/", views.key, name="key"),
]
