"""What they know about me: one page, one file, and the way out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from zhima.city import clock
from zhima.city.limits import limited
from zhima.city.mydata import leaving
from zhima.city.mydata.archive import build
from zhima.city.mydata.holdings import holdings
from zhima.city.mydata.signing import sign


class LeaveForm(forms.Form):
    """A click can happen by mistake; typing one's own name hardly."""

    username = forms.CharField(
        label=_("Your log-in name, to be sure"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Which tables hold something about the person, and how much."""
    held = holdings(request.user)
    context = {"holdings": held, "rows": sum(len(holding.rows) for holding in held)}
    return render(request, "mydata/overview.html", context)


@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """Everything in one signed zip."""
    content = build(
        person=request.user, holdings=holdings(request.user), made_at=clock.now(), sign=sign
    )
    name = f"openzhima-{request.user.username}-{clock.now():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, "application/zip", headers=headers)


@require_http_methods(["GET", "POST"])
@limited("10/hour")
def leave(request: HttpRequest) -> HttpResponse:
    """Delete and leave."""
    form = LeaveForm(request.POST or None)
    hindrance = leaving.hindrance(request.user)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["username"].casefold() != request.user.username.casefold():
            form.add_error("username", _("That is not your log-in name."))
        elif hindrance is None:
            person = request.user
            logout(request)
            leaving.leave(person)
            return redirect("account_login")
    context = {
        "form": form,
        "hindrance": hindrance and leaving.SENTENCES[hindrance],
        "is_money": hindrance is leaving.Hindrance.MONEY_LEFT,
    }
    return render(request, "mydata/leave.html", context, status=422 if form.errors else 200)
