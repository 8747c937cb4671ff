"""Where an operator goes: the office by subject, each entry with its icon."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Entry = tuple[str | Promise, str, str]
"""Words, icon, the page's address as Django names it."""

GROUPS: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (_("The city"), ((_("Now"), "monitoring", "admin:index"),)),
    (
        _("People and money"),
        (
            (_("Residents"), "group", "admin:people_person_changelist"),
            (_("Permissions"), "verified_user", "admin:consent_grant_changelist"),
            (_("Shops"), "storefront", "admin:pay_merchant_changelist"),
            (_("Orders"), "receipt_long", "admin:pay_order_changelist"),
            (_("Settlements"), "payments", "admin:pay_settlement_changelist"),
        ),
    ),
    (
        _("Agreements"),
        (
            (_("Agreements"), "handshake", "admin:obligations_obligation_changelist"),
            (_("Mini-apps"), "apps", "admin:market_app_changelist"),
            (_("Webhooks"), "webhook", "admin:api_delivery_changelist"),
        ),
    ),
    (
        _("Cases"),
        (
            (_("Appeals to decide"), "gavel", "appeals:desk"),
            (_("All appeals"), "balance", "admin:appeals_case_changelist"),
            (_("Authority gateway"), "account_balance", "authority:requests"),
            (_("Requests of authorities"), "folder_shared", "admin:authority_request_changelist"),
            (_("Authorities"), "domain", "admin:authority_agency_changelist"),
            (_("Court lists"), "list_alt", "admin:authority_courtlist_changelist"),
        ),
    ),
    (
        _("Rules"),
        (
            (_("Rulebooks"), "menu_book", "admin:scoring_rulebookinforce_changelist"),
            (_("Draft a rulebook"), "edit_note", "console:draft"),
            (_("Exceptions"), "rule", "admin:oversight_override_changelist"),
            (_("Ask for an exception"), "add_task", "console:override"),
            (_("Seals"), "lock", "admin:oversight_seal_changelist"),
        ),
    ),
)


OF_THE_THEME = (
    _("Type to search"),
    _("Filters"),
    _("Apply Filters"),
)
"""What the theme says on these pages; it brings no Chinese, so ours has to say it."""


def sidebar(_: HttpRequest) -> list[dict[str, Any]]:
    """The entries as the office's theme wants them."""
    return [
        {
            "title": title,
            "separator": True,
            "items": [
                {"title": words, "icon": icon, "link": reverse(page)}
                for words, icon, page in entries
            ],
        }
        for title, entries in GROUPS
    ]


def environment(_: HttpRequest) -> tuple[str | Promise, str] | None:
    """That this is a demo, on every page of it."""
    return (gettext("Demo"), "warning") if settings.DEMO else None


def icon(_: HttpRequest) -> str:
    """The city's mark, for the browser's tab."""
    return static("phone/icon.svg")
