"""The confirmation of a booking: everything at one glance, then the wish is sent, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import select_template

from zhima.city.clock import now
from zhima.city.disclosure.reading import Refusal as Reading
from zhima.city.market import allowing, benefits, booking, deposits, inventory, shelf
from zhima.city.market.models import App, Booking, Offer, Slot
from zhima.city.market.outcomes import Refusal, Refused, sentence
from zhima.city.market.placing import Wish
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import State
from zhima.city.pay.forms import new_key
from zhima.city.people import contacts
from zhima.city.people.models import Person

_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}", re.ASCII)


class NothingMore(forms.Form):
    """An app that asks nothing of its own when something is booked."""


class Confirming:
    """The part of an app's pages that leads from an offer to a booking."""

    form_class: ClassVar[type[forms.Form]] = NothingMore
    """What is asked on the confirmation page; its clean data are the booking's details."""
    unit_days: ClassVar[int] = 1
    """How long one unit of a thing without times lasts."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id

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
        return self._renewed(request, offer, asked, draft)

    def _renewed(self, request: HttpRequest, offer: Offer, asked: Any, draft: Wish) -> Wish:
        key = request.session[self._draft_name(asked, offer)] = new_key()
        return replace(draft, key=key)

    @staticmethod
    def _quoted(app: App, draft: Wish) -> Obligation | None:
        if draft.until is None:
            return None
        return deposits.quote(
            app, person=draft.person, offer=draft.offer, until=draft.until, key=draft.key
        )

    @staticmethod
    def _is_stale(app: App, quoted: Obligation) -> bool:
        """An offer that has lapsed, or that was made before the app was allowed to ask."""
        if quoted.state != State.QUOTED:
            return True
        return quoted.decision.get("outcome") == Reading.NO_GRANT and allowing.may_ask(
            app, quoted.person, quoted.terms.door
        )

    def _draft_name(self, asked: Any, offer: Offer) -> str:
        """One wish in one's head: looking at the page again asks no door again."""
        return f"wish:{offer.pk}:{asked.get('slot', '')[:18]}:{asked.get('count', '1')[:3]}"

    def _confirmation(
        self, request: HttpRequest, app: App, offer: Offer, draft: Wish, form: forms.Form
    ) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        person = cast(Person, request.user)
        quoted = self._quoted(app, draft)
        if quoted is not None and self._is_stale(app, quoted):
            draft = self._renewed(request, offer, asked, draft)
            quoted = self._quoted(app, draft)
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
            **benefits.before(app, draft),
            "half_fen": (draft.price_fen or 0) - (draft.price_fen or 0) // 2,
        }
        return self.page(request, "book", context, status=422 if form.errors else 200)


def _plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they can be kept."""
    return {name: said for name, said in answers.items() if isinstance(said, str | int) and said}
