"""Apps that sell seats from one place to another: the search in front of the offers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from zhima.city.language import either
from zhima.city.market.front import Front
from zhima.city.market.models import Offer


class Journeys(Front):
    """Pages of an app whose offers have `from` and `to` among their facts."""

    def offers(self, request: HttpRequest) -> list[Offer]:
        """Those that lead where one wants to go."""
        start, goal = request.GET.get("from", ""), request.GET.get("to", "")
        return [
            offer
            for offer in super().offers(request)
            if start in ("", offer.facts["from"]["en"]) and goal in ("", offer.facts["to"]["en"])
        ]

    def front_context(self, request: HttpRequest) -> dict[str, Any]:
        """The places one can choose from."""
        facts = [offer.facts for offer in super().offers(request)]
        return {
            "starts": _choices(facts, "from", request.GET.get("from", "")),
            "goals": _choices(facts, "to", request.GET.get("to", "")),
            "has_searched": "to" in request.GET,
        }


def _choices(facts: list[dict[str, Any]], end: str, chosen: str) -> list[tuple[str, str, bool]]:
    names = {fact[end]["en"]: fact[end]["zh"] for fact in facts}
    return [(en, either(en, names[en]), en == chosen) for en in sorted(names)]
