"""Addresses of paying. Whoever may not see a shop is told that there is nothing there."""

from __future__ import annotations

from django.urls import path, register_converter

from zhima.city.pay.views import bank, codes, scanning, shop, till


class SheetForm:
    """`pdf` or `svg`."""

    regex = "pdf|svg"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    to_url = to_python


register_converter(SheetForm, "sheet")

app_name = "pay"
urlpatterns = [
    path("scan/", scanning.scan, name="scan"),
    path("confirm/", scanning.confirm, name="confirm"),
    path("receipt/<str:entry_id>/", scanning.receipt, name="receipt"),
    path("code/", codes.code, name="code"),
    path("collect/", codes.collect, name="collect"),
    path("collect/sheet.<sheet:form>", codes.sheet, name="sheet"),
    path("latest/", codes.latest, name="latest"),
    path("tickets/", codes.tickets, name="tickets"),
    path("tickets/<str:ticket_id>/", codes.ticket, name="ticket"),
    path("top-up/", bank.top_up, name="top_up"),
    path("cash-out/", bank.cash_out, name="cash_out"),
    path("charities/", shop.charities, name="charities"),
    path("shops/", shop.shops, name="shops"),
    path("shops/<uuid:shop_id>/", till.till, name="till"),
    path("shops/<uuid:shop_id>/taken/", till.taken, name="taken"),
    path("shops/<uuid:shop_id>/sheet.<sheet:form>", till.sheet, name="shop_sheet"),
    path("shops/<uuid:shop_id>/orders/", till.new_order, name="new_order"),
    path("shops/<uuid:shop_id>/orders/<str:order_id>/", till.order, name="order"),
    path("shops/<uuid:shop_id>/orders/<str:order_id>/close/", till.close, name="close"),
    path("shops/<uuid:shop_id>/orders/<str:order_id>/cancel/", till.cancel, name="cancel"),
    path("shops/<uuid:shop_id>/scan/", till.scan_at_till, name="scan_at_till"),
    path("shops/<uuid:shop_id>/charge/", till.charge_code, name="charge"),
    path("shops/<uuid:shop_id>/gate/", till.gate, name="gate"),
    path("shops/<uuid:shop_id>/refund/<str:payment_id>/", shop.refund, name="refund"),
    path("shops/<uuid:shop_id>/names/", shop.names, name="names"),
    path("shops/<uuid:shop_id>/clerks/", shop.clerks, name="clerks"),
    path("shops/<uuid:shop_id>/clerks/<int:clerk_id>/", shop.dismiss, name="dismiss"),
    path("shops/<uuid:shop_id>/pay-out/", shop.pay_out, name="pay_out"),
    path("shops/<uuid:shop_id>/settlements/", shop.settlements, name="settlements"),
    path("shops/<uuid:shop_id>/settlements.csv", shop.settlements_csv, name="settlements_csv"),
]
