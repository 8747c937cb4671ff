"""The registers of the office: everything can be looked up, nothing can be typed over.

Scores, evidence and who-looked entries are no registers: reading them is a reading, and goes
through the room that logs it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from zhima.city.api.models import Delivery
from zhima.city.appeals.models import Case, Exhibit, Statement
from zhima.city.appeals.models import Move as CaseMove
from zhima.city.authority.models import Agency, CourtList, Request
from zhima.city.consent.models import Grant
from zhima.city.console.steps import steps_of
from zhima.city.market.models import App, AppMove
from zhima.city.obligations.models import Instalment, Obligation
from zhima.city.obligations.models import Move as ObligationMove
from zhima.city.oversight.models import Override, Seal
from zhima.city.pay.models import Merchant, Order, Settlement
from zhima.city.people.models import Person
from zhima.city.scoring.models import RulebookInForce


class Read:
    """Looking only: what happens in the city happens through its rooms."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


class Register(Read, ModelAdmin):
    """A table of the city, and below each row the steps that somebody may take with it."""

    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    change_form_outer_after_template = "console/steps.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a row, with its steps."""
        row = self.get_object(request, object_id) if object_id else None
        steps = {"steps": steps_of(row, request.user), "row": row} if row else {}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **steps}
        )


class Rows(Read, TabularInline):
    """What belongs to a row."""

    extra = 0


def _rows(model: type, *, fk_name: str | None = None, without: tuple[str, ...] = ()) -> type[Rows]:
    words = {"model": model, "exclude": without, **({"fk_name": fk_name} if fk_name else {})}
    return type(f"{model.__name__}Rows", (Rows,), words)


REGISTERS: dict[type, dict[str, Any]] = {
    Person: {
        "list_display": ("name", "username", "identity_level", "joined_at", "is_active"),
        "list_filter": ("identity_level", "is_active", "is_staff"),
        "search_fields": ("name", "username"),
        "fields": (
            "name",
            "username",
            "identity_level",
            "joined_at",
            "is_active",
            "is_staff",
            "groups",
        ),
    },
    Grant: {
        "list_display": ("person", "recipient", "purpose", "given_at", "until", "revoked_at"),
        "list_filter": ("purpose",),
        "search_fields": ("person__username", "recipient"),
    },
    Merchant: {
        "list_display": ("name", "kind", "owner", "category", "opened_at"),
        "list_filter": ("kind",),
        "search_fields": ("name", "owner__username"),
    },
    Order: {
        "list_display": ("bill", "merchant", "amount_fen", "closed_as"),
        "list_filter": ("closed_as",),
        "search_fields": ("id", "bill", "reference"),
    },
    Settlement: {
        "list_display": ("merchant", "day", "payments", "gross_fen", "refunded_fen"),
        "date_hierarchy": "day",
    },
    Delivery: {
        "list_display": ("event", "endpoint", "state", "attempts", "answered", "due_at"),
        "list_filter": ("state", "source"),
        "search_fields": ("id", "endpoint__url"),
        "list_select_related": ("endpoint",),
    },
    Obligation: {
        "list_display": ("title", "person", "merchant", "state", "deposit_fen", "due_at"),
        "list_filter": ("state", "app"),
        "search_fields": ("id", "title", "person__username"),
        "inlines": (_rows(ObligationMove), _rows(Instalment)),
    },
    App: {
        "list_display": ("id", "state", "owner", "changed_at"),
        "list_filter": ("state",),
        "inlines": (_rows(AppMove),),
    },
    Case: {
        "list_display": ("kind", "about", "person", "state", "opened_at", "due_at"),
        "list_filter": ("state", "about"),
        "search_fields": ("person__username", "subject"),
        "inlines": (_rows(CaseMove), _rows(Statement), _rows(Exhibit, without=("content",))),
    },
    Request: {
        "list_display": ("reference", "agency", "person", "state", "asked_at", "sealed_until"),
        "list_filter": ("state", "agency"),
        "search_fields": ("reference", "person__username"),
    },
    CourtList: {"list_display": ("name", "agency", "imported_at")},
    Override: {
        "list_display": ("door_id", "person", "outcome", "state", "until", "asked_by"),
        "list_filter": ("state", "door_id"),
    },
    Seal: {"list_display": ("number", "events", "at", "digest")},
    RulebookInForce: {
        "list_display": ("name", "state", "since", "until", "drafted_at"),
        "list_filter": ("state",),
        "exclude": ("dry_run",),
    },
}


class Agencies(ModelAdmin):
    """Authorities are registered here; whatever they ask goes through the gateway."""

    list_display = ("name", "id", "contact")
    list_fullwidth = True


def register() -> None:
    """Put every register into the office."""
    admin.site.unregister(Group)
    admin.site.register(Agency, Agencies)
    for model, words in REGISTERS.items():
        admin.site.register(model, type(f"{model.__name__}Register", (Register,), words))
