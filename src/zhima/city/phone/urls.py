"""Addresses of the resident's own pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from zhima.city.phone import installed, views

set_language = login_not_required(require_POST(django_set_language))

app_name = "phone"
urlpatterns = [
    path("", views.home, name="home"),
    path("history/", views.history, name="history"),
    path("scan/", views.scan, name="scan"),
    path("me/", views.profile, name="profile"),
    path("language/", set_language, name="language"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline/", installed.offline, name="offline"),
]
