"""Money from the bank and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhima.city.limits import limited
from zhima.city.pay import bank_moves
from zhima.city.pay.bank import SimulatedBank
from zhima.city.pay.forms import BankForm, new_key
from zhima.city.pay.models import BankMove
from zhima.city.pay.outcomes import Paid, Refused
from zhima.city.pay.views.answers import page_with, told
from zhima.city.people.models import Person
from zhima.city.wallet.amounts import yuan
from zhima.city.wallet.books import open_purse, purse

BANK = SimulatedBank()
DEMO_BANK_ACCOUNT = "DEMO00012345"


@require_http_methods(["GET", "POST"])
@limited("30/minute")
def top_up(request: HttpRequest) -> HttpResponse:
    """From the bank into the purse."""
    return _move(request, bank_moves.top_up, "pay/top_up.html", _("Topped up: %(yuan)s."))


@require_http_methods(["GET", "POST"])
@limited("30/minute")
def cash_out(request: HttpRequest) -> HttpResponse:
    """From the purse to the bank."""
    return _move(request, bank_moves.cash_out, "pay/cash_out.html", _("Paid out: %(yuan)s."))


def _move(
    request: HttpRequest, move: Callable[..., Paid | Refused], template: str, done: str
) -> HttpResponse:
    if request.method != "POST":
        known = {"key": new_key(), "bank_account": _usual(cast(Person, request.user))}
        return page_with(request, template, BankForm(initial=known), {})
    form = BankForm(request.POST)
    if form.is_valid():
        answer = move(
            bank=BANK,
            account_id=open_purse(cast(Person, request.user)),
            bank_account=form.cleaned_data["bank_account"],
            amount_fen=form.cleaned_data["amount_fen"],
            key=form.cleaned_data["key"],
        )
        if isinstance(answer, Paid):
            messages.success(request, done % {"yuan": yuan(answer.amount_fen)})
            return redirect("phone:home")
        told(form, answer)
    return page_with(request, template, form, {})


def _usual(person: Person) -> str:
    """The bank account that somebody used last; in the demo everybody has one."""
    last = BankMove.objects.filter(account_id=purse(person)).order_by("-asked_at").first()
    return last.bank_account if last else DEMO_BANK_ACCOUNT if settings.DEMO else ""
