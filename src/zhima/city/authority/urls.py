"""Addresses of the gateway, the transparency report and court lists."""

from __future__ import annotations

from django.urls import path

from zhima.city.authority import public, views

app_name = "authority"

urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/new/", views.new, name="new"),
    path("requests/<uuid:request_id>/", views.request_page, name="request"),
    path("requests/<uuid:request_id>/<str:step>/", views.step, name="step"),
    path("report/", public.latest, name="latest"),
    path("report/<int:year>/", public.report, name="report"),
    path("report/<int:year>.csv", public.report_csv, name="report_csv"),
    path("courts/", public.listings, name="listings"),
]
