"""What stands behind the score: the pages that explain, show and let a person object."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that leads further."""

    name: str | Promise
    under: str | Promise
    icon: str
    tint: int
    route: str

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.route)


_ENTRIES = (
    Entry(
        _("What the apps reported"),
        _("Everything about you, by app: when, why, who read it"),
        "map",
        1,
        "score:life",
    ),
    Entry(_("Who looked"), _("Every reading of your score"), "eye", 4, "disclosure:feed"),
    Entry(
        _("What if…"),
        _("Ask the engine what one change would do"),
        "flask-conical",
        2,
        "score:what_if",
    ),
    Entry(
        _("What counts as wrong"),
        _("Each breach with its rule and its author"),
        "scale",
        3,
        "score:breaches",
    ),
    Entry(_("Your appeals"), _("Contest an item or a decision"), "gavel", 6, "appeals:mine"),
    Entry(
        _("Benefits"),
        _("Tables, upgrades, parties, your yearly statement"),
        "door-open",
        5,
        "doors:home",
    ),
)


def entries() -> list[Entry]:
    """Those whose room is there."""
    return [entry for entry in _ENTRIES if _is_there(entry.route)]


def _is_there(route: str) -> bool:
    try:
        reverse(route)
    except NoReverseMatch:
        return False
    return True
