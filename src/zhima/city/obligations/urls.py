"""Addresses of a person's agreements."""

from __future__ import annotations

from django.urls import path

from zhima.city.obligations import photos, views

app_name = "obligations"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<slug:obligation_id>/", views.one, name="one"),
    path("<slug:obligation_id>/photo/<int:photo_id>/", photos.photo, {"size": "whole"}, "photo"),
    path(
        "<slug:obligation_id>/photo/<int:photo_id>/small/",
        photos.photo,
        {"size": "small"},
        "small_photo",
    ),
    path("<slug:obligation_id>/pay/", views.pay, name="pay"),
]
