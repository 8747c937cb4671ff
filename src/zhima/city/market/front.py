"""The pages of a mini-app: what it offers, one offer, the confirmation, a booking, the desk.

An app takes them as they are, and overrides only what is particular about it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.clock import now
from zhima.city.limits import limited
from zhima.city.market import allowing, benefits, contests, inventory, serving, upgrading
from zhima.city.market.act_forms import ActForm
from zhima.city.market.acts import customer_acts, desk_acts
from zhima.city.market.confirming import Confirming
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.outcomes import Refused, sentence
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import role_at
from zhima.city.people.models import Person

SHOWN = 30
_NOT_YET = (BookingState.UNPAID, BookingState.WISHED)
_NEVER = (BookingState.LAPSED, BookingState.LOST)
"""Nothing that the shop has to do, or had."""
Act = Callable[[HttpRequest, App, Booking, dict[str, Any]], Answer]


class Front(Confirming):
    """One app's pages. `app_id` is also the name of its addresses and of its templates."""

    days_ahead: ClassVar[int] = inventory.DAYS_AHEAD

    # What an app may say for itself.

    def offers(self, request: HttpRequest) -> list[Offer]:
        """What the first page lists."""
        found = Offer.objects.filter(app_id=self.app_id, is_open=True)
        return list(found.select_related("merchant").order_by("place", "pk"))

    def front_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the app's own first page shows beside the offers."""
        return {}

    def customer_acts(self) -> dict[str, Act]:
        """What a customer may do to a booking."""
        return {
            "pay": lambda r, app, b, _: serving.pay(app, b.pk, payer=cast(Person, r.user)),
            "cancel": lambda _, app, b, __: serving.cancel(app, b.pk),
            "dispute": lambda _, app, b, said: serving.dispute(app, b.pk, why=said["text"]),
            "rate": self._rate,
        }

    def desk_acts(self) -> dict[str, Act]:
        """What those who keep the shop may do to a booking."""
        return {
            "accept": lambda r, app, b, _: serving.accept(app, b.pk, by=cast(Person, r.user)),
            "decline": lambda _, __, b, ___: serving.decline(b.pk),
            "start": lambda _, app, b, said: serving.start(
                app, b.pk, by=self._shop(b), condition=said["text"]
            ),
            "finish": lambda _, app, b, said: serving.finish(
                app,
                b.pk,
                by=self._shop(b),
                damage_fen=said["amount_fen"] or 0,
                reason=said["text"],
                severity=said["severity"] or 0,
                photo=said["photo"].read() if said["photo"] else b"",
            ),
            "miss": lambda _, app, b, __: serving.miss(app, b.pk, by=self._shop(b)),
            "answer": lambda _, __, b, said: serving.answer_dispute(
                b.pk, back_fen=said["amount_fen"] or 0
            ),
            "missing": lambda _, __, b, said: serving.missing(
                b.pk, offer_key=said["text"], pieces=said["pieces"] or 1
            ),
            "rate": self._rate,
        }

    # Addresses.

    def urls(self) -> list[URLPattern]:
        """The app's `urlpatterns`."""
        look, both, send = require_GET, require_http_methods(["GET", "POST"]), require_POST
        often = limited("60/minute")
        return [
            path("", look(self.front), name="front"),
            path("offer/<slug:offer_key>/", look(self.offer), name="offer"),
            path("book/<slug:offer_key>/", both(often(self.book)), name="book"),
            path("booking/<slug:booking_id>/", look(self.booking), name="booking"),
            path("booking/<slug:booking_id>/<slug:act>/", send(often(self.act)), name="act"),
            path("desk/", look(self.desk), name="desk"),
            path("desk/<slug:booking_id>/", look(self.serving), name="serving"),
            path("desk/<slug:booking_id>/<slug:act>/", send(often(self.serve)), name="serve"),
            *self.more_urls(),
        ]

    def more_urls(self) -> list[URLPattern]:
        """Addresses that only this app has."""
        return []

    # Pages.

    def front(self, request: HttpRequest) -> HttpResponse:
        """What the app offers, and one's own bookings that are still open."""
        app = self.app()
        mine = Booking.objects.filter(app_id=self.app_id).filter(person=request.user)
        shared = Booking.objects.filter(app_id=self.app_id, partner=request.user)
        open_ones = (mine | shared).exclude(state=BookingState.LAPSED)
        context = {
            "offers": self.offers(request),
            "mine": open_ones.select_related("offer").order_by("-made_at")[:6],
            "is_allowed": allowing.has_been_asked(app, cast(Person, request.user)),
            "keeps": self._shops_kept(request).exists(),
            **self.front_context(request),
        }
        return self.page(request, "front", context)

    def offer(self, request: HttpRequest, offer_key: str) -> HttpResponse:
        """One offer with its free times, day by day."""
        offer = self.offer_of(offer_key)
        day = self._day(request)
        found = list(inventory.slots(offer, day=day))
        context = {
            "offer": offer,
            "slots": found,
            "day": day,
            "days": [self.today() + timedelta(days=ahead) for ahead in range(self.days_ahead)],
            "is_standing": "standing" in offer.pattern,
            "is_daily": "daily" in offer.pattern,
            "counts": range(1, self.app().manifest.booking.most + 1),
            "now": now(),
        }
        return self.page(request, "offer", context)

    def booking(self, request: HttpRequest, booking_id: str) -> HttpResponse:
        """A booking, for those who share it."""
        found = upgrading.look(contests.look(self._own(request, booking_id)))
        person = cast(Person, request.user)
        acts = customer_acts(self.app(), found, person, self.customer_acts())
        context = {"booking": found, "acts": acts, "at": "act", **benefits.after(found, person)}
        return self.page(request, "booking", context)

    def act(self, request: HttpRequest, booking_id: str, act: str) -> HttpResponse:
        """Do something to one's own booking."""
        found = self._own(request, booking_id)
        if found.partner_id == request.user.pk and act != "pay":
            raise Http404
        self._do(request, found, self.customer_acts().get(act))
        return redirect(f"{self.app_id}:booking", found.pk)

    def desk(self, request: HttpRequest) -> HttpResponse:
        """What is to be done for the customers of a shop that one keeps."""
        shops = self._shops_kept(request)
        if not shops.exists():
            raise Http404
        found = Booking.objects.filter(app_id=self.app_id, offer__merchant__in=shops)
        found = found.select_related("offer", "person").order_by("-changed_at")
        running = found.filter(state__in=BookingState.open()).exclude(state__in=_NOT_YET)
        context = {
            "running": running[:SHOWN],
            "ended": found.exclude(state__in=BookingState.open()).exclude(state__in=_NEVER)[:SHOWN],
        }
        return self.page(request, "desk", context)

    def serving(self, request: HttpRequest, booking_id: str) -> HttpResponse:
        """One booking as the shop sees it."""
        found = self._kept(request, booking_id)
        person = cast(Person, request.user)
        acts = desk_acts(self.app(), found, person, self.desk_acts())
        return self.page(request, "serving", {"booking": found, "acts": acts, "at": "serve"})

    def serve(self, request: HttpRequest, booking_id: str, act: str) -> HttpResponse:
        """Do something for a customer."""
        found = self._kept(request, booking_id)
        self._do(request, found, self.desk_acts().get(act))
        return redirect(f"{self.app_id}:serving", found.pk)

    # What the pages share.

    @staticmethod
    def today() -> date:
        """The city's day."""
        return timezone.localdate(now())

    def _day(self, request: HttpRequest) -> date:
        try:
            day = date.fromisoformat(request.GET.get("day", ""))
        except ValueError:
            day = self.today()
        last = self.today() + timedelta(days=self.days_ahead - 1)
        return min(max(day, self.today()), last)

    def _own(self, request: HttpRequest, booking_id: str) -> Booking:
        found = Booking.objects.filter(app_id=self.app_id, pk=booking_id)
        booked = found.select_related("offer__merchant", "person", "partner", "obligation").first()
        if booked is None or request.user.pk not in (booked.person_id, booked.partner_id):
            raise Http404
        return booked

    def _kept(self, request: HttpRequest, booking_id: str) -> Booking:
        found = Booking.objects.filter(app_id=self.app_id, pk=booking_id)
        booked = found.select_related("offer__merchant", "person", "obligation").first()
        if booked is None or role_at(booked.offer.merchant, cast(Person, request.user)) is None:
            raise Http404
        return booked

    def _shops_kept(self, request: HttpRequest) -> Any:
        offering = Offer.objects.filter(app_id=self.app_id).values("merchant")
        shops = Merchant.objects.filter(pk__in=offering)
        kept = shops.filter(owner=request.user) | shops.filter(clerks__person=request.user)
        return kept.distinct()

    def _do(self, request: HttpRequest, found: Booking, act: Act | None) -> None:
        if act is None:
            raise Http404
        form = ActForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, " ".join(e for es in form.errors.values() for e in es))
            return
        answer = act(request, self.app(), found, form.cleaned_data)
        if isinstance(answer, Refused):
            messages.error(request, sentence(answer.reason))

    def _rate(self, request: HttpRequest, app: App, b: Booking, said: dict[str, Any]) -> Answer:
        by = cast(Person, request.user)
        server = b.served_by or b.offer.merchant.owner
        of = server if by.pk == b.person_id else b.person
        return serving.rate(app, b.pk, by=by, of=of, stars=said["stars"] or 0)

    @staticmethod
    def _shop(booked: Booking) -> str:
        return f"shop:{booked.offer.merchant_id.hex}"
