"""Addresses of appeals."""

from __future__ import annotations

from django.urls import path

from zhima.city.appeals import desk, views

app_name = "appeals"

urlpatterns = [
    path("", views.cases, name="mine"),
    path("item/<str:event_id>/", views.contest_item, name="open"),
    path("door/<slug:door_id>/", views.contest_decision, name="decision"),
    path("reading/<int:entry_id>/", views.contest_reading, name="reading"),
    path("score/", views.contest_score, name="score"),
    path("<uuid:case_id>/", views.case, name="case"),
    path("<uuid:case_id>/say/", views.say, name="say"),
    path("<uuid:case_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:case_id>/paper/<int:exhibit_id>/", views.paper, name="paper"),
    path("tie/<int:offer_id>/<str:wish>/", views.answer_offer, name="offer"),
    path("desk/", desk.waiting, name="desk"),
    path("desk/<uuid:case_id>/", desk.decide, name="decide"),
]
