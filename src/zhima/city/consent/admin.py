"""The office has no pages for tokens and partners: nobody hands out access by typing a row."""

from __future__ import annotations

from django.contrib import admin
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from zhima.city.consent.models import Partner

for model in (AccessToken, Grant, IDToken, RefreshToken, Partner):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
