"""A lease: so many months, the first one's rent paid now."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from zhima.city.market.counter import Front, Refused, Wish


class Flat(Front):
    """Its pages."""

    unit_days = 30

    def draft(self, request: HttpRequest, wish: Wish) -> Wish | Refused:
        """The first month is paid; the others are bills when they are due."""
        return replace(wish, price_fen=wish.offer.price_fen)
