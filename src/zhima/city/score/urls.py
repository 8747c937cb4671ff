"""Addresses of a person's own score."""

from __future__ import annotations

from django.urls import path

from zhima.city.score.views import asking, chains, joining, life, pages, rulebooks

app_name = "score"
urlpatterns = [
    path("", pages.home, name="home"),
    path("start/", joining.start, name="start"),
    path("about/", joining.about, name="about"),
    path("give-up/", joining.give_up, name="give_up"),
    path("receipt/", pages.receipt, name="receipt"),
    path("receipt/<int:seq>/", pages.receipt, name="receipt_of"),
    path("timeline/", pages.timeline, name="timeline"),
    path("circle/", pages.circle_page, name="circle"),
    path("doors/", pages.doors_page, name="doors"),
    path("what-if/", asking.what_if, name="what_if"),
    path("breaches/", chains.breaches, name="breaches"),
    path("rulebook/<str:rulebook_id>/<str:sha>/", rulebooks.rulebook, name="rulebook"),
    path("spiral/<path:cause>/", chains.spiral, name="spiral"),
    path("evidence/<slug:feature_id>/", life.evidence, name="evidence"),
    path("life/", life.life, name="life"),
    path("life/<slug:app_id>/", life.life_of_app, name="life_of_app"),
    path("life/<uuid:grant_id>/revoke/", life.revoke, name="revoke"),
]
