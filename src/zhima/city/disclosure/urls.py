"""Addresses of who looked and of the public log."""

from __future__ import annotations

from django.urls import path

from zhima.city.disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("who-looked/", views.who_looked, name="feed"),
    path("who-looked/<int:entry_id>/proof/", views.own_proof, name="proof"),
    path("log/<path:name>", views.published, name="log"),
]
