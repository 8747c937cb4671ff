"""A basket, a time of delivery, one payment; what is missing at the door is refunded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from zhima.city.market.counter import Front, Offer, Refusal, Refused, Wish

BASKET = "groceries:basket"
MOST_PIECES = 20


class AddressForm(forms.Form):
    """Where it is brought."""

    address = forms.CharField(label=_("Address"), max_length=120)


class Groceries(Front):
    """Its pages."""

    form_class: ClassVar[type[forms.Form]] = AddressForm

    def offers(self, request: HttpRequest) -> list[Offer]:
        """The goods; the delivery is chosen after them."""
        return [offer for offer in super().offers(request) if not offer.facts.get("is_delivery")]

    def front_context(self, request: HttpRequest) -> dict[str, Any]:
        """How many of each are in the basket."""
        return {"basket": request.session.get(BASKET, {})}

    def more_urls(self) -> list[URLPattern]:
        """Where the basket is sent."""
        return [path("basket/", require_POST(self.fill), name="basket")]

    def fill(self, request: HttpRequest) -> HttpResponse:
        """Keep the basket, then choose when."""
        wanted = {
            offer.key: min(int(said), MOST_PIECES)
            for offer in self.offers(request)
            if (said := request.POST.get(offer.key, "")).isdecimal() and len(said) < 4
        }
        request.session[BASKET] = {key: pieces for key, pieces in wanted.items() if pieces}
        return redirect("groceries:offer", "delivery")

    def draft(self, request: HttpRequest, wish: Wish) -> Wish | Refused:
        """What is in the basket is bought with the delivery."""
        lines = self._lines(request)
        if not lines:
            return Refused(Refusal.BASKET_EMPTY)
        total_fen = sum(offer.price_fen * pieces for offer, pieces in lines.items())
        return replace(wish, price_fen=total_fen, basket=lines)

    def booked(self, request: HttpRequest) -> None:
        """A bought basket is empty again."""
        request.session.pop(BASKET, None)

    def _lines(self, request: HttpRequest) -> dict[Offer, int]:
        kept = request.session.get(BASKET, {})
        return {offer: kept[offer.key] for offer in self.offers(request) if kept.get(offer.key)}
