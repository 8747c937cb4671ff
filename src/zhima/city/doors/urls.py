"""Addresses of what a score opens."""

from __future__ import annotations

from django.urls import path

from zhima.city.doors.views import benefits, circles, draws

app_name = "doors"
urlpatterns = [
    path("", benefits.home, name="home"),
    path("share/<slug:purpose>/", benefits.share, name="share"),
    path("places/<uuid:contest_id>/", benefits.place, name="place"),
    path("draws/<uuid:draw_id>/", draws.draw, name="draw"),
    path("draws/<uuid:draw_id>.json", draws.draw_file, name="draw_file"),
    path("parties/", circles.new_party, name="new_party"),
    path("parties/<uuid:party_id>/", circles.party, name="party"),
    path("introductions/", circles.introduce, name="introductions"),
    path("introductions/<uuid:introduction_id>/<slug:wish>/", circles.step, name="step"),
    path("statement/<int:year>/", benefits.statement, name="statement"),
]
