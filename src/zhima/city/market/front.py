"""The pages of a mini-app: what it offers, one offer, the confirmation, a booking, the desk.

An app takes them as they are, and overrides only what is particular about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import select_template
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.clock import now
from zhima.city.limits import limited
from zhima.city.market import allowing, booking, inventory, serving, shelf
from zhima.city.market.act_forms import ActForm
from zhima.city.market.acts import customer_acts, desk_acts
from zhima.city.market.booking import Wish
from zhima.city.market.models import App, Booking, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused, sentence
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer
from zhima.city.pay.forms import new_key
from zhima.city.pay.models import Merchant
from zhima.city.pay.shops import role_at
from zhima.city.people import contacts
from zhima.city.people.models import Person

SHOWN = 30
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}", re.ASCII)
Act = Callable[[HttpRequest, App, Booking, dict[str, Any]], Answer]


class NothingMore(forms.Form):
    """An app that asks nothing of its own when something is booked."""


class Front:
    """One app's pages. `app_id` is also the name of its addresses and of its templates."""

    form_class: ClassVar[type[forms.Form]] = NothingMore
    """What is asked on the confirmation page; its clean data are the booking's details."""
    unit_days: ClassVar[int] = 1
    """How long one unit of a thing without times lasts."""
    days_ahead: ClassVar[int] = inventory.DAYS_AHEAD

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id

    # What an app may say for itself.

    def offers(self, request: HttpRequest) -> list[Offer]:
        """What the first page lists."""
        found = Offer.objects.filter(app_id=self.app_id, is_open=True)
        return list(found.select_related("merchant").order_by("place", "pk"))

    def front_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the app's own first page shows beside the offers."""
        return {}

    def draft(self, request: HttpRequest, wish: Wish) -> Wish | Refused:
        """What is to be confirmed, before the questions of `form_class` are answered."""
        return wish

    def booked(self, request: HttpRequest) -> None:
        """After a wish was granted."""

    def wish(self, wish: Wish, answers: Mapping[str, Any]) -> Wish | Refused:
        """What is booked, given the answers to `form_class`."""
        return wish

    def form(self, offer: Offer, data: Any = None) -> forms.Form:
        """The questions about one offer."""
        return self.form_class(data)

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

    def book(self, request: HttpRequest, offer_key: str) -> HttpResponse:
        """At one glance before it is booked: what, when, how much, what stands behind."""
        app, offer = self.app(), self.offer_of(offer_key)
        asked = request.POST if request.method == "POST" else request.GET
        draft = self._draft(request, offer, asked)
        if isinstance(draft, Refused):
            messages.error(request, sentence(draft.reason))
            return redirect(f"{self.app_id}:offer", offer.key)
        form = self.form(offer, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            answers = {**draft.details, **_plain(form.cleaned_data)}
            wish = self.wish(replace(draft, details=answers), form.cleaned_data)
            answer = wish if isinstance(wish, Refused) else booking.book(app, wish)
            if isinstance(answer, Booking):
                request.session.pop(self._draft_name(asked, offer), None)
                self.booked(request)
                return redirect(f"{self.app_id}:booking", answer.pk)
            draft = self._next_try(request, offer, asked, draft)
            form.add_error(
                None, forms.ValidationError(sentence(answer.reason), code=str(answer.reason))
            )
        return self._confirmation(request, app, offer, draft, form)

    def booking(self, request: HttpRequest, booking_id: str) -> HttpResponse:
        """A booking, for those who share it."""
        found = self._own(request, booking_id)
        person = cast(Person, request.user)
        acts = customer_acts(self.app(), found, person, self.customer_acts())
        return self.page(request, "booking", {"booking": found, "acts": acts, "at": "act"})

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
        running = found.filter(state__in=BookingState.open()).exclude(state=BookingState.UNPAID)
        context = {
            "running": running[:SHOWN],
            "ended": found.exclude(state__in=BookingState.open()).exclude(
                state=BookingState.LAPSED
            )[:SHOWN],
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

    def app(self) -> App:
        """The app; 404 when it is not open."""
        app = shelf.find(self.app_id)
        if app is None or app.state != App.State.PUBLISHED:
            raise Http404
        return app

    def page(
        self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """A page: the app's own template where it has one, otherwise the market's."""
        template = select_template([f"{self.app_id}/{name}.html", f"market/{name}.html"])
        shown = {"app": self.app(), "ns": self.app_id, **context}
        return HttpResponse(template.render(shown, request), status=status)

    def offer_of(self, key: str) -> Offer:
        """An open offer of this app; 404 otherwise."""
        found = Offer.objects.select_related("merchant").filter(app_id=self.app_id, key=key)
        offer = found.filter(is_open=True).first()
        if offer is None:
            raise Http404
        return offer

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

    def _draft(self, request: HttpRequest, offer: Offer, asked: Any) -> Wish | Refused:
        count = int(asked.get("count", "1")) if asked.get("count", "1").isdecimal() else 1
        if not 1 <= count <= self.app().manifest.booking.most:
            return Refused(Refusal.TOO_MANY_SLOTS)
        first = self._slot(offer, asked.get("slot", ""))
        if first is None and offer.pattern:
            return Refused(Refusal.SLOT_UNKNOWN)
        standing = "standing" in offer.pattern
        wanted: list[Slot] = []
        if first is not None:
            wanted = [first] if standing else inventory.run_of(offer, first, count)
        if wanted and not standing and len(wanted) < count:
            return Refused(Refusal.SLOT_UNKNOWN)
        freeze = {"yes": True, "no": False}.get(asked.get("freeze", ""))
        drafted = Wish(
            person=cast(Person, request.user),
            offer=offer,
            key=self._key(request, offer, asked),
            slots=wanted,
            price_fen=offer.price_fen * count,
            until=self._until(wanted, count),
            freeze=freeze,
            partner=self._partner(request, asked.get("partner", "")),
        )
        return self.draft(request, drafted)

    def _until(self, wanted: list[Slot], count: int) -> datetime:
        ends_at = wanted[-1].ends_at if wanted else None
        return ends_at or now() + timedelta(days=count * self.unit_days)

    @staticmethod
    def _slot(offer: Offer, asked: str) -> Slot | None:
        if not asked.isdecimal() or len(asked) > 18:
            return None
        return Slot.objects.filter(pk=int(asked), offer=offer).first()

    @staticmethod
    def _partner(request: HttpRequest, asked: str) -> Person | None:
        friends = contacts.contacts_of(cast(Person, request.user))
        return next((friend for friend in friends if friend.pk.hex == asked), None)

    def _key(self, request: HttpRequest, offer: Offer, asked: Any) -> str:
        """The form carries it, so that two clicks are one wish."""
        if _KEY.fullmatch(asked.get("key", "")):
            return str(asked["key"])
        return str(request.session.setdefault(self._draft_name(asked, offer), new_key()))

    def _next_try(self, request: HttpRequest, offer: Offer, asked: Any, draft: Wish) -> Wish:
        """A wish that was taken up and undone is over: the next click is a new one."""
        spent = Booking.objects.filter(app_id=self.app_id, person=draft.person, wish_key=draft.key)
        if not spent.exists():
            return draft
        key = request.session[self._draft_name(asked, offer)] = new_key()
        return replace(draft, key=key)

    def _draft_name(self, asked: Any, offer: Offer) -> str:
        """One wish in one's head: looking at the page again asks no door again."""
        return f"wish:{offer.pk}:{asked.get('slot', '')[:18]}:{asked.get('count', '1')[:3]}"

    def _confirmation(
        self, request: HttpRequest, app: App, offer: Offer, draft: Wish, form: forms.Form
    ) -> HttpResponse:
        person = cast(Person, request.user)
        quoted = None
        if draft.until is not None:
            quoted = booking.quote(
                app, person=person, offer=offer, until=draft.until, key=draft.key
            )
        reason = next((e.code for errors in form.errors.as_data().values() for e in errors), "")
        first = draft.slots[0] if draft.slots else None
        context = {
            "offer": offer,
            "draft": draft,
            "slot": first,
            "count": request.POST.get("count") or request.GET.get("count") or "1",
            "quote": quoted,
            "form": form,
            "reason": reason,
            "contacts": contacts.contacts_of(person) if app.manifest.booking.splits else (),
            "half_fen": (draft.price_fen or 0) - (draft.price_fen or 0) // 2,
        }
        return self.page(request, "book", context, status=422 if form.errors else 200)

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
        form = ActForm(request.POST)
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


def _plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they can be kept."""
    return {name: said for name, said in answers.items() if isinstance(said, str | int) and said}
