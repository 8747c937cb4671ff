"""The resident's own codes: to pay with, to be paid by, to print, to pass a gate."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhima.city.pay.models import Ticket
from zhima.city.pay.outcomes import Refused
from zhima.city.pay.paycodes import issue_pay_code
from zhima.city.pay.shops import person_code
from zhima.city.pay.tickets import ticket_code
from zhima.city.pay.views.answers import refusal_page
from zhima.city.people.models import Person
from zhima.city.qr.model import Purpose
from zhima.city.qr.pictures import bars_svg, qr_svg
from zhima.city.qr.sheet import sheet_pdf, sheet_svg
from zhima.city.wallet import activity
from zhima.city.wallet.books import account, open_purse

PURPOSES: tuple[Purpose, ...] = ("pay", "tip", "gift", "friend")


@require_GET
def code(request: HttpRequest) -> HttpResponse:
    """The payer's one-time code; htmx fetches the fresh one before the old one ends."""
    digits = issue_pay_code(cast(Person, request.user))
    if isinstance(digits, Refused):
        return refusal_page(request, digits)
    context = {
        "digits": " ".join(digits[start : start + 4] for start in range(0, len(digits), 4)),
        "bars": mark_safe(bars_svg(digits, title=_("Your pay code as bars"))),
        "qr": mark_safe(qr_svg(digits, title=_("Your pay code"))),
    }
    template = "pay/code_fresh.html" if request.htmx else "pay/code.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def collect(request: HttpRequest) -> HttpResponse:
    """The resident's own code to be paid, tipped, given presents or befriended by."""
    person = cast(Person, request.user)
    purpose = _purpose(request)
    text = person_code(person, purpose)
    context = {
        "purpose": purpose,
        "purposes": PURPOSES,
        "text": text,
        "qr": mark_safe(qr_svg(text, title=_("Code to pay %(name)s") % {"name": person.name})),
    }
    return render(request, "pay/collect.html", context)


@require_GET
def sheet(request: HttpRequest, form: str) -> HttpResponse:
    """The same code on a sheet to print, as `pdf` or `svg`."""
    person = cast(Person, request.user)
    return printed(person_code(person, _purpose(request)), title=person.name, form=form)


def printed(text: str, *, title: str, form: str) -> HttpResponse:
    """A sheet as a file."""
    line = _("Scan to pay")
    if form == "pdf":
        return HttpResponse(sheet_pdf(text, title=title, line=line), "application/pdf")
    return HttpResponse(sheet_svg(text, title=title, line=line), "image/svg+xml")


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """What moved last: how somebody who shows a code sees that it was paid."""
    person = cast(Person, request.user)
    open_purse(person)
    context = {"account": account(person), "lines": activity.latest(person, limit=1)}
    return render(request, "pay/latest.html", context)


@require_GET
def tickets(request: HttpRequest) -> HttpResponse:
    """The resident's tickets, those not used first."""
    mine = Ticket.objects.filter(holder=cast(Person, request.user)).select_related(
        "order__merchant"
    )
    context = {"tickets": mine.order_by("admitted_at", "-issued_at")[:50]}
    return render(request, "pay/tickets.html", context)


@require_GET
def ticket(request: HttpRequest, ticket_id: str) -> HttpResponse:
    """One ticket with the code for the gate, for its holder alone."""
    found = get_object_or_404(
        Ticket.objects.select_related("order__merchant"),
        pk=ticket_id,
        holder=cast(Person, request.user),
    )
    text = ticket_code(found)
    picture = mark_safe(qr_svg(text, title=_("Ticket")))
    return render(request, "pay/ticket.html", {"ticket": found, "qr": picture, "text": text})


def _purpose(request: HttpRequest) -> Purpose:
    asked = request.GET.get("for", "pay")
    return next((purpose for purpose in PURPOSES if purpose == asked), "pay")
