"""The registers of the office: everything can be looked up, nothing can be typed over.

Scores, evidence and who-looked entries are no registers: reading them is a reading, and goes
through the room that logs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from zhima.city import clock
from zhima.city.api.models import Delivery
from zhima.city.appeals.models import Case, Exhibit, Statement
from zhima.city.appeals.models import Move as CaseMove
from zhima.city.authority.models import Agency, CourtList, Request
from zhima.city.consent.models import Grant
from zhima.city.console.columns import Word, column
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
        today = f"{timezone.localdate(clock.now())}"
        steps = {"steps": steps_of(row, request.user), "row": row, "today": today} if row else {}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **steps}
        )


class Rows(Read, TabularInline):
    """What belongs to a row."""

    extra = 0
    hide_title = True


@dataclass(frozen=True, slots=True)
class Kept:
    """One register: what it is called, what its list and its pages show, how it is looked through.

    Names are those of fields and properties; `columns` says how each is shown.
    """

    called: tuple[Word, Word]
    """One of them, several of them."""
    listed: tuple[str, ...]
    paged: tuple[str, ...] = ()
    """What a row's own page shows beside that."""
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    rows: tuple[tuple[type[Model], Word, tuple[str, ...]], ...] = ()
    """What belongs to a row: the model, what several are called, what is shown of each."""
    ordered: tuple[str, ...] = ()
    """What its list is ordered by; large tables are left in the order of their keys."""
    more: dict[str, Any] = field(default_factory=dict)


REGISTERS: dict[type[Model], Kept] = {
    Person: Kept(
        (_("person"), _("Residents")),
        ("name", "username", "identity_level", "joined_at", "is_active"),
        ("is_staff", "groups"),
        filters=("identity_level", "is_active", "is_staff"),
        search=("name", "username"),
        ordered=("name", "username"),
    ),
    Grant: Kept(
        (_("permission"), _("Permissions")),
        ("person", "recipient", "purpose", "given_at", "until", "revoked_at"),
        ("fields", "source"),
        filters=("purpose",),
        search=("person__username", "recipient"),
    ),
    Merchant: Kept(
        (_("shop"), _("Shops")),
        ("name", "kind", "owner", "category", "opened_at"),
        ("city",),
        filters=("kind",),
        search=("name_en", "name_zh", "owner__username"),
        ordered=("name_en",),
    ),
    Order: Kept(
        (_("order"), _("Orders")),
        ("bill", "merchant", "amount_fen", "created_at_us", "closed_as"),
        ("reference", "seat"),
        filters=("closed_as",),
        search=("id", "bill", "reference", "merchant__name_en", "merchant__name_zh"),
    ),
    Settlement: Kept(
        (_("settlement"), _("Settlements")),
        ("merchant", "day", "payments", "gross_fen", "refunded_fen"),
        ("tips_fen", "refunds"),
        search=(
            "merchant__name_en",
            "merchant__name_zh",
        ),
        ordered=("-day",),
        more={"date_hierarchy": "day"},
    ),
    Delivery: Kept(
        (_("webhook"), _("Webhooks")),
        ("event", "endpoint", "state", "attempts", "answered", "due_at"),
        ("source", "body"),
        filters=("state", "source"),
        search=("id", "endpoint__url"),
    ),
    Obligation: Kept(
        (_("agreement"), _("Agreements")),
        ("words", "person", "merchant", "state", "deposit_fen", "claimed_fen", "due_at"),
        (
            *("app", "condition", "opened_at", "returned_at", "claim_reason", "severity"),
            *("collected_fen", "given_back_fen", "overdue_at", "breached_at"),
        ),
        filters=("state", "app"),
        search=("id", "title", "person__username", "merchant__name_en", "merchant__name_zh"),
        ordered=("-opened_at",),
        rows=(
            (ObligationMove, _("What was done"), ("at", "word", "amount_fen", "by", "why_word")),
            (Instalment, _("Instalments"), ("number", "amount_fen", "due_at", "paid_at")),
        ),
    ),
    App: Kept(
        (_("mini-app"), _("Mini-apps")),
        ("id", "state", "owner", "merchant", "changed_at"),
        ("manifest_text",),
        filters=("state",),
        ordered=("id",),
        rows=((AppMove, _("What was done"), ("at", "to_state", "by", "note")),),
    ),
    Case: Kept(
        (_("appeal"), _("Appeals")),
        ("kind", "about", "person", "state", "opened_at", "due_at"),
        ("subject", "happened_at", "made_by", "first_decider", "rulebook", "is_set_aside"),
        filters=("state", "about"),
        search=("person__username", "subject"),
        ordered=("-opened_at",),
        rows=(
            (CaseMove, _("What was done"), ("at", "after", "by", "reason")),
            (Statement, _("Statements"), ("at", "by", "text")),
            (Exhibit, _("Papers"), ("at", "by", "name", "media_type")),
        ),
    ),
    Request: Kept(
        (_("request"), _("Requests of authorities")),
        ("reference", "agency", "person", "state", "asked_at", "sealed_until"),
        (
            *("legal_basis", "purpose", "fields", "period_from", "period_to", "seal_basis"),
            *("asked_by", "first_approver", "second_approver", "ended_at", "reason"),
        ),
        filters=("state", "agency"),
        search=("reference", "person__username"),
        ordered=("-asked_at",),
    ),
    CourtList: Kept(
        (_("court list"), _("Court lists")),
        ("name", "agency", "imported_by", "imported_at"),
        ("sha256",),
        ordered=("-imported_at",),
    ),
    Override: Kept(
        (_("exception"), _("Exceptions")),
        ("door_id", "person", "outcome", "state", "until", "asked_by"),
        ("deposit_fen", "reason", "asked_at", "decided_by", "decided_at", "ended_at", "note"),
        filters=("state", "door_id"),
        search=("person__username",),
        ordered=("-asked_at",),
    ),
    Seal: Kept((_("seal"), _("Seals")), ("number", "events", "at", "digest"), ordered=("-number",)),
    RulebookInForce: Kept(
        (_("rulebook"), _("Rulebooks")),
        ("rulebook", "stands", "since", "until", "drafted_by", "drafted_at"),
        ("first_approved_by", "second_approved_by"),
        filters=("state",),
        ordered=("-drafted_at",),
        more={
            "list_before_template": "console/standing.html",
            "change_form_outer_before_template": "console/next.html",
        },
    ),
}


ROOMS: dict[str, Word] = {
    "people": _("People and money"),
    "consent": _("People and money"),
    "pay": _("People and money"),
    "obligations": _("Agreements"),
    "market": _("Agreements"),
    "api": _("Agreements"),
    "appeals": _("Cases"),
    "authority": _("Cases"),
    "oversight": _("Rules"),
    "scoring": _("Rules"),
}
"""Under which group of the navigation a room's registers stand."""


class Agencies(ModelAdmin):
    """Authorities are registered here; whatever they ask goes through the gateway."""

    list_display = ("name", "id", "contact")
    list_fullwidth = True


def register() -> None:
    """Put every register into the office, and nothing that a framework would put there."""
    for model in (Group, EmailAddress, Authenticator, UserSession):
        if admin.site.is_registered(model):
            admin.site.unregister(model)
    _call(Agency, (_("authority"), _("Authorities")))
    admin.site.register(Agency, Agencies)
    for model, kept in REGISTERS.items():
        _call(model, kept.called)
        admin.site.register(model, _register_of(model, kept))
    admin.site.index_title = _("Now")
    for room, title in ROOMS.items():
        apps.get_app_config(room).verbose_name = title


def _call(model: type[Model], called: tuple[Word, Word]) -> None:
    """What the office calls a row; the model itself is called so nowhere else."""
    model._meta.verbose_name, model._meta.verbose_name_plural = called


def _register_of(model: type[Model], kept: Kept) -> type[Register]:
    words = {
        **_shown(model, (*kept.listed, *kept.paged)),
        "list_display": _names(kept.listed),
        "list_select_related": _related(model, kept.listed),
        "fields": _names((*kept.listed, *kept.paged)),
        "readonly_fields": _names((*kept.listed, *kept.paged)),
        "list_filter": kept.filters,
        "search_fields": kept.search,
        "ordering": kept.ordered,
        "inlines": tuple(_rows_of(*each) for each in kept.rows),
    }
    return type(f"{model.__name__}Register", (Register,), {**words, **kept.more})


def _rows_of(model: type[Model], called: Word, listed: tuple[str, ...]) -> type[Rows]:
    words = {
        **_shown(model, listed),
        "model": model,
        "verbose_name_plural": called,
        "fields": _names(listed),
        "readonly_fields": _names(listed),
    }
    return type(f"{model.__name__}Rows", (Rows,), words)


def _shown(model: type[Model], listed: tuple[str, ...]) -> dict[str, object]:
    return {f"show_{name}": staticmethod(column(model, name)) for name in listed}


def _names(listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"show_{name}" for name in listed)


def _related(model: type[Model], listed: tuple[str, ...]) -> list[str]:
    known = {each.name: each for each in model._meta.get_fields()}
    return [name for name in listed if name in known and known[name].many_to_one]
