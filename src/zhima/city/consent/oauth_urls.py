"""Addresses of OAuth 2: our sheet, the library's token and revocation endpoints and metadata."""

from __future__ import annotations

from django.urls import path
from oauth2_provider import views

from zhima.city.consent.sheet import Sheet

app_name = "oauth2_provider"
urlpatterns = [
    path("authorize/", Sheet.as_view(), name="authorize"),
    path("token/", views.TokenView.as_view(), name="token"),
    path("revoke_token/", views.RevokeTokenView.as_view(), name="revoke-token"),
]
