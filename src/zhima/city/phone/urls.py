"""Addresses of the resident's own pages."""

from __future__ import annotations

from django.urls import path

from zhima.city.phone import views

app_name = "phone"
urlpatterns = [
    path("", views.home, name="home"),
    path("purse/", views.purse, name="purse"),
    path("history/", views.history, name="history"),
    path("me/", views.profile, name="profile"),
]
