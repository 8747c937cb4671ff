"""From a scanned text to the receipt."""

from __future__ import annotations

from contextlib import suppress
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.limits import limited
from zhima.city.pay.entries import find_entry, receipt_of
from zhima.city.pay.forms import ConfirmForm, new_key, plain_confirmation
from zhima.city.pay.models import Merchant, Ticket
from zhima.city.pay.orders import paid_fen, payments_of
from zhima.city.pay.outcomes import Refusal, Refused
from zhima.city.pay.paying import Bill, pay_bill, read_bill
from zhima.city.pay.shops import keepers_of, shop_id
from zhima.city.pay.views.answers import page_with, refusal_page, told
from zhima.city.people.models import Person
from zhima.city.qr.model import PersonCode
from zhima.city.qr.reading import read_code
from zhima.city.wallet.books import account, open_purse, purse


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Where the scanner sends what it read: to the confirmation, a person to befriend, an app."""
    text = request.POST.get("text", "")
    for config in apps.get_app_configs():
        address = config.read_scan(text) if hasattr(config, "read_scan") else None
        if address is not None:
            return redirect(address)
    code = read_code(text)
    if isinstance(code, PersonCode) and code.purpose == "friend":
        # An id that is none is refused where every code is.
        with suppress(ValueError):
            return redirect("people:person", UUID(hex=code.person_id))
    return redirect(f"{reverse('pay:confirm')}?{urlencode({'text': text})}")


@require_http_methods(["GET", "POST"])
@limited("240/minute")
def confirm(request: HttpRequest) -> HttpResponse:
    """Payee, amount and source at one glance; the payment when it is sent."""
    sent = request.method == "POST"
    text = (request.POST if sent else request.GET).get("text", "")
    bill = read_bill(text)
    if isinstance(bill, Refused):
        return refusal_page(request, bill)
    if not sent:
        return _ask(request, bill, ConfirmForm(initial={"text": text, "key": new_key()}))
    wish = plain_confirmation(request.POST)
    if wish is None:
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return _ask(request, bill, form)
        wish = form.cleaned_data
    answer = pay_bill(
        bill,
        payer=cast(Person, request.user),
        amount_fen=wish["amount_fen"],
        tip_fen=wish["tip_fen"] or 0,
        key=wish["key"],
    )
    if isinstance(answer, Refused):
        form = ConfirmForm(request.POST)
        told(form, answer)
        return _ask(request, bill, form)
    return HttpResponseRedirect(reverse("pay:receipt", args=[answer.entry_id]))


@require_GET
def receipt(request: HttpRequest, entry_id: str) -> HttpResponse:
    """A payment, for those who paid or were paid; for everybody else there is nothing there."""
    entry = find_entry(entry_id)
    if entry is None or entry.kind not in ("transfer", "capture"):
        raise Http404
    person = cast(Person, request.user)
    sides = {entry.debit_id, entry.credit_id}
    if purse(person) not in sides and person.pk not in keepers_of(entry.credit_id):
        raise Http404
    ticket = Ticket.objects.filter(order_id=_order_in(entry_id), holder=person).first()
    context = {
        "receipt": receipt_of(entry),
        "ticket": ticket,
        "paid": entry.debit_id == purse(person),
        "shop": _shop_owned_by(person, entry.credit_id),
    }
    return render(request, "pay/receipt.html", context)


def _shop_owned_by(person: Person, account_id: str) -> Merchant | None:
    """The shop that was paid, if this is its owner, who may give money back."""
    return Merchant.objects.filter(pk=shop_id(account_id), owner=person).first()


def _ask(request: HttpRequest, bill: Bill, form: ConfirmForm) -> HttpResponse:
    open_purse(cast(Person, request.user))
    rest_fen = bill.amount_fen
    if bill.terms is not None:
        rest_fen = bill.terms.amount_fen - paid_fen(payments_of(bill.terms.id))
        if rest_fen == 0 and not form.is_bound:
            return refusal_page(request, Refused(Refusal.ORDER_PAID))
    shown = {
        "account": account(cast(Person, request.user)),
        "bill": bill,
        "rest_fen": rest_fen,
        "half_fen": rest_fen // 2 if rest_fen else None,
    }
    return page_with(request, "pay/confirm.html", form, shown)


def _order_in(entry_id: str) -> str:
    kind, _, rest = entry_id.partition(":")
    return rest.partition(":")[0] if kind == "order" else ""
