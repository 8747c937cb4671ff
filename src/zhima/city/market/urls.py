"""Addresses of the market itself; each app has its own below `apps/`."""

from __future__ import annotations

from django.urls import path

from zhima.city.market import developing, views

app_name = "market"
urlpatterns = [
    path("", views.shelf_page, name="shelf"),
    path("bookings/", views.bookings, name="bookings"),
    path("allow/<slug:app_id>/", views.allow, name="allow"),
    path("developers/", developing.mine, name="developers"),
    path("developers/new/", developing.new, name="new_app"),
    path("developers/<slug:app_id>/", developing.one, name="app"),
    path("developers/<slug:app_id>/<slug:step>/", developing.step, name="app_step"),
]
