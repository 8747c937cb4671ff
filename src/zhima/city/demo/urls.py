"""Addresses of the demo."""

from __future__ import annotations

from django.urls import path

from zhima.city.demo import touring, views

app_name = "demo"
urlpatterns = [
    path("enter/<slug:username>/", views.enter, name="enter"),
    path("start-over/", views.start_over, name="start_over"),
    path("started/<slug:life>/", views.started, name="started"),
    path("two/", views.two_phones, name="two_phones"),
    path("tour/", touring.panel, name="tour"),
    path("tour/again/", touring.again, name="tour_again"),
    path("tour/skip/<slug:step_id>/", touring.skip, name="tour_skip"),
    path("tour/act/<slug:name>/", touring.act, name="tour_act"),
    path("step/", views.step, name="step"),
]
