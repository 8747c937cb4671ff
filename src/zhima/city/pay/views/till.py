"""The till: what came in, live; orders, the customer's pay code, the gate."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.ledger.history import find_account
from zhima.city.limits import limited
from zhima.city.pay.charging import charge
from zhima.city.pay.ending import end_order
from zhima.city.pay.forms import ChargeForm, GateForm, OrderForm, new_key
from zhima.city.pay.models import Merchant, Order
from zhima.city.pay.orders import (
    OrderState,
    create_order,
    order_code,
    paid_fen,
    payments_of,
    state_of,
)
from zhima.city.pay.outcomes import Paid, Refused
from zhima.city.pay.shops import shop_account, shop_code
from zhima.city.pay.tickets import Admitted, admit
from zhima.city.pay.views.answers import page_with, told
from zhima.city.pay.views.codes import printed
from zhima.city.pay.views.gatekeeping import for_roles
from zhima.city.pay.words import sentence
from zhima.city.phone.views import scanner
from zhima.city.qr.model import TicketCode
from zhima.city.qr.pictures import qr_svg
from zhima.city.qr.reading import read_code
from zhima.city.wallet.activity import latest_of, parties
from zhima.city.wallet.books import now_us, store

SHOWN = 30


@require_GET
@for_roles("owner", "clerk")
def till(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The shop's code, and every payment the moment it comes in."""
    text = shop_code(merchant)
    context = {
        **_taken(merchant),
        "qr": mark_safe(qr_svg(text, title=_("Code to pay %(name)s") % {"name": merchant.name})),
        "text": text,
        "is_owner": merchant.owner_id == request.user.pk,
    }
    return render(request, "pay/till.html", context)


@require_GET
@for_roles("owner", "clerk")
def taken(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The part of the till that payments change."""
    return render(request, "pay/till_taken.html", _taken(merchant))


@require_GET
@for_roles("owner", "clerk")
def sheet(request: HttpRequest, merchant: Merchant, form: str) -> HttpResponse:
    """The shop's code on a sheet to print."""
    return printed(shop_code(merchant), title=merchant.name, form=form)


@require_http_methods(["GET", "POST"])
@limited("120/minute")
@for_roles("owner", "clerk")
def new_order(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Ask for an amount: the answer is a code bound to it."""
    if request.method != "POST":
        form = OrderForm(initial={"key": new_key()})
        return page_with(request, "pay/new_order.html", form, {"merchant": merchant})
    form = OrderForm(request.POST)
    if form.is_valid():
        order = create_order(
            merchant=merchant,
            amount_fen=form.cleaned_data["amount_fen"],
            bill=form.cleaned_data["bill"],
            seat=form.cleaned_data["seat"],
            reference=f"till-{form.cleaned_data['key']}"[:64],
        )
        if isinstance(order, Order):
            return redirect("pay:order", merchant.pk, order.pk)
        told(form, order)
    return page_with(request, "pay/new_order.html", form, {"merchant": merchant})


@require_GET
@for_roles("owner", "clerk")
def order(request: HttpRequest, merchant: Merchant, order_id: str) -> HttpResponse:
    """An order with its code; htmx looks again when the shop is paid."""
    found = get_object_or_404(Order, pk=order_id, merchant=merchant)
    payments = payments_of(found.pk)
    names = parties(payment.payer_account for payment in payments)
    context = {
        "shares": [{"payment": each, "party": names[each.payer_account]} for each in payments],
        "merchant": merchant,
        "order": found,
        "state": state_of(found, payments, at_us=now_us()),
        "rest_fen": found.amount_fen - paid_fen(payments),
        "qr": mark_safe(qr_svg(order_code(found), title=_("Code of this order"))),
        "text": order_code(found),
    }
    template = "pay/order_part.html" if request.htmx else "pay/order.html"
    return render(request, template, context)


@require_POST
@limited("60/minute")
@for_roles("owner", "clerk")
def close(request: HttpRequest, merchant: Merchant, order_id: str) -> HttpResponse:
    """Give up an order that nobody has paid."""
    return _end(request, merchant, order_id, OrderState.CLOSED)


@require_POST
@limited("60/minute")
@for_roles("owner")
def cancel(request: HttpRequest, merchant: Merchant, order_id: str) -> HttpResponse:
    """Undo an order: what was paid goes back."""
    return _end(request, merchant, order_id, OrderState.CANCELLED)


@require_http_methods(["GET", "POST"])
@limited("240/minute")
@for_roles("owner", "clerk")
def scan_at_till(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The till's camera: a ticket goes to the gate, anything else is a customer's pay code."""
    if request.method != "POST":
        title, here = _("Scan customer"), reverse("pay:scan_at_till", args=[merchant.pk])
        back = reverse("pay:till", args=[merchant.pk])
        return scanner(request, title=title, reads_to=here, back=back)
    text = request.POST.get("text", "")
    if isinstance(read_code(text), TicketCode):
        return _let_through(request, merchant, GateForm(request.POST))
    asked = urlencode({"text": text})
    return redirect(f"{reverse('pay:charge', args=[merchant.pk])}?{asked}")


@require_http_methods(["GET", "POST"])
@limited("60/minute")
@for_roles("owner", "clerk")
def charge_code(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Take an amount from the customer who shows a pay code."""
    read = request.GET.get("text", "")
    form = ChargeForm(request.POST or None, initial={"text": read})
    if request.method == "POST" and form.is_valid():
        answer = charge(
            merchant=merchant,
            text=form.cleaned_data["text"],
            amount_fen=form.cleaned_data["amount_fen"],
        )
        if isinstance(answer, Paid):
            return redirect("pay:receipt", answer.entry_id)
        told(form, answer)
    return page_with(request, "pay/charge.html", form, {"merchant": merchant, "read": read})


@require_http_methods(["GET", "POST"])
@limited("240/minute")
@for_roles("owner", "clerk")
def gate(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Let a ticket through, once."""
    return _let_through(request, merchant, GateForm(request.POST or None))


def _let_through(request: HttpRequest, merchant: Merchant, form: GateForm) -> HttpResponse:
    admitted = None
    if form.is_bound and form.is_valid():
        answer = admit(merchant=merchant, text=form.cleaned_data["text"])
        if isinstance(answer, Admitted):
            admitted, form = answer.ticket, GateForm()
        else:
            told(form, answer)
    context = {"merchant": merchant, "admitted": admitted}
    return page_with(request, "pay/gate.html", form, context)


def _taken(merchant: Merchant) -> dict[str, object]:
    account_id = shop_account(merchant.pk)
    account = find_account(store(), account_id=account_id)
    lines = latest_of(account_id, start=account.last_seq, limit=SHOWN)
    return {"merchant": merchant, "account": account, "lines": lines}


def _end(
    request: HttpRequest, merchant: Merchant, order_id: str, closed_as: OrderState
) -> HttpResponse:
    found = get_object_or_404(Order, pk=order_id, merchant=merchant, closed_at_us=None)
    refused = end_order(found, closed_as=closed_as)
    if isinstance(refused, Refused):
        messages.error(request, sentence(refused.reason))
    return redirect("pay:order", merchant.pk, order_id)
