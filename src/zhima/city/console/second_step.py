"""Whoever works in the office logs in with a second step: a password alone opens nothing there."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

AT_WORK = ("/office/", "/appeals/desk/", "/authority/requests/")
"""Where operators decide about others."""
Page = Callable[[HttpRequest], HttpResponse]


def second_step(get_response: Page) -> Page:
    """Send operators without a second step to where they get one. The demo has no passwords."""

    def page(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(AT_WORK) and _lacks_it(request):
            messages.info(request, _("Whoever decides about others logs in with a second step."))
            return redirect("mfa_index")
        return get_response(request)

    return page


def _lacks_it(request: HttpRequest) -> bool:
    user = request.user
    return not settings.DEMO and user.is_authenticated and not is_mfa_enabled(user)
