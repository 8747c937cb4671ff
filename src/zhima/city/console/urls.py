"""Addresses of the console beside the registers of the office."""

from __future__ import annotations

from django.urls import path

from zhima.city.console import chains, receipts, views

app_name = "console"

urlpatterns = [
    path("counters/", views.counters, name="counters"),
    path("chain/", chains.chain, name="chain"),
    path("receipt/", receipts.receipt, name="receipt"),
    path("draft/", views.draft, name="draft"),
    path("override/", views.ask_override, name="override"),
    path("step/<str:label>/<str:pk>/<slug:step>/", views.step, name="step"),
]
