"""The owner's side of a shop: opening it, its clerks, refunds, its bank, its days."""

from __future__ import annotations

import csv
from typing import cast

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.ledger.history import find_account
from zhima.city.limits import limited
from zhima.city.pay import bank_moves
from zhima.city.pay.entries import find_entry, receipt_of
from zhima.city.pay.forms import BankForm, ClerkForm, NamesForm, RefundForm, ShopForm, new_key
from zhima.city.pay.models import Clerk, Merchant, Settlement
from zhima.city.pay.outcomes import Paid, Refusal, Refused
from zhima.city.pay.refunds import Refunded, refund_payment
from zhima.city.pay.shops import open_shop, rename, shop_account, shop_code
from zhima.city.pay.views.answers import page_with, refusal_page, told
from zhima.city.pay.views.bank import BANK
from zhima.city.pay.views.gatekeeping import for_roles
from zhima.city.people.models import Person
from zhima.city.wallet.amounts import yuan
from zhima.city.wallet.books import store


@require_http_methods(["GET", "POST"])
@limited("10/hour")
def shops(request: HttpRequest) -> HttpResponse:
    """The resident's shops, and all it takes to open one."""
    person = cast(Person, request.user)
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        merchant = open_shop(
            owner=person,
            name=form.cleaned_data["name"],
            name_zh=form.cleaned_data["name_zh"],
            city=form.cleaned_data["city"],
            kind=form.cleaned_data["kind"],
            tip_hundredths=0 if form.cleaned_data["asks_tip"] else None,
        )
        return redirect("pay:till", merchant.pk)
    kept = Merchant.objects.filter(clerks__person=person)
    context = {"owned": Merchant.objects.filter(owner=person), "kept": kept}
    return page_with(request, "pay/shops.html", form, context)


@require_http_methods(["GET", "POST"])
@limited("30/minute")
@for_roles("owner")
def names(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What the shop is called, in both languages. Signs that hang keep paying it."""
    form = NamesForm(
        request.POST or None, initial={"name": merchant.name_en, "name_zh": merchant.name_zh}
    )
    if request.method == "POST" and form.is_valid():
        rename(merchant, form.cleaned_data["name"], form.cleaned_data["name_zh"])
        messages.success(request, _("The shop has its new name."))
        return redirect("pay:till", merchant.pk)
    return page_with(request, "pay/names.html", form, {"merchant": merchant})


@require_GET
def charities(request: HttpRequest) -> HttpResponse:
    """Whom to give to, and what each has been given."""
    rows = [
        {
            "merchant": merchant,
            "text": shop_code(merchant),
            "given_fen": find_account(
                store(), account_id=shop_account(merchant.pk)
            ).posted_credits_fen,
        }
        for merchant in Merchant.objects.filter(kind=Merchant.Kind.CHARITY).order_by("name_en")
    ]
    return render(request, "pay/charities.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@limited("60/minute")
@for_roles("owner")
def refund(request: HttpRequest, merchant: Merchant, payment_id: str) -> HttpResponse:
    """Give a payment back, whole or in part."""
    payment = find_entry(payment_id)
    if payment is None or payment.credit_id != shop_account(merchant.pk):
        return refusal_page(request, Refused(Refusal.PAYMENT_UNKNOWN))
    form = RefundForm(request.POST or None, initial={"key": new_key(), "payment_id": payment_id})
    if request.method == "POST" and form.is_valid():
        answer = refund_payment(
            merchant=merchant,
            payment_id=payment_id,
            amount_fen=form.cleaned_data["amount_fen"],
            key=form.cleaned_data["key"],
        )
        if isinstance(answer, Refunded):
            messages.success(
                request, _("Given back: %(yuan)s.") % {"yuan": yuan(answer.amount_fen)}
            )
            return redirect("pay:till", merchant.pk)
        told(form, answer)
    context = {"merchant": merchant, "receipt": receipt_of(payment)}
    return page_with(request, "pay/refund.html", form, context)


@require_http_methods(["GET", "POST"])
@limited("30/minute")
@for_roles("owner")
def clerks(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Who else may use the till."""
    form = ClerkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clerk = Person.objects.filter(username=form.cleaned_data["username"]).first()
        if clerk is None:
            form.add_error("username", _("Nobody here has this log-in name."))
        else:
            _appoint(merchant, clerk)
            return redirect("pay:clerks", merchant.pk)
    context = {"merchant": merchant, "clerks": merchant.clerks.select_related("person")}
    return page_with(request, "pay/clerks.html", form, context)


@require_POST
@for_roles("owner")
def dismiss(request: HttpRequest, merchant: Merchant, clerk_id: int) -> HttpResponse:
    """Take the till from a clerk."""
    merchant.clerks.filter(pk=clerk_id).delete()
    return redirect("pay:clerks", merchant.pk)


@require_http_methods(["GET", "POST"])
@limited("30/minute")
@for_roles("owner")
def pay_out(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The shop's money to its bank account."""
    form = BankForm(request.POST or None, initial={"key": new_key()})
    if request.method == "POST" and form.is_valid():
        answer = bank_moves.cash_out(
            bank=BANK,
            account_id=shop_account(merchant.pk),
            bank_account=form.cleaned_data["bank_account"],
            amount_fen=form.cleaned_data["amount_fen"],
            key=form.cleaned_data["key"],
        )
        if isinstance(answer, Paid):
            messages.success(request, _("Paid out: %(yuan)s.") % {"yuan": yuan(answer.amount_fen)})
            return redirect("pay:till", merchant.pk)
        told(form, answer)
    return page_with(request, "pay/pay_out.html", form, {"merchant": merchant})


@require_GET
@for_roles("owner")
def settlements(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What the shop took, day by day, as reconciled."""
    days = merchant.settlements.order_by("-day")[:60]
    return render(request, "pay/settlements.html", {"merchant": merchant, "days": days})


@require_GET
@for_roles("owner")
def settlements_csv(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The same as a table, amounts in fen."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="settlements.csv"'
    table = csv.writer(response)
    columns = ("day", "payments", "gross_fen", "tips_fen", "refunds", "refunded_fen", "net_fen")
    table.writerow(columns)
    for day in Settlement.objects.filter(merchant=merchant).order_by("day"):
        table.writerow([getattr(day, column) for column in columns])
    return response


def _appoint(merchant: Merchant, person: Person) -> None:
    try:
        with transaction.atomic():
            Clerk.objects.create(merchant=merchant, person=person)
    except IntegrityError:
        return
