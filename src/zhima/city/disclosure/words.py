"""Looks in words: who, what, why, and under which permission."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.consent.oauth import TokenRefusal
from zhima.city.consent.purposes import field_word, purpose
from zhima.city.disclosure.feed import Look
from zhima.city.disclosure.overseeing import PURPOSE as CHAIN
from zhima.city.disclosure.overseeing import RECEIPT
from zhima.city.disclosure.readers import NOT_THE_OWNER, ReaderKind, Refusal
from zhima.city.people.models import Person

READERS: dict[str, tuple[str | Promise, str, int]] = {
    ReaderKind.SHOP: (_("Shop"), "store", 4),
    ReaderKind.APP: (_("App"), "smartphone", 1),
    ReaderKind.PARTNER: (_("Partner"), "landmark", 5),
    ReaderKind.FRIEND: (_("Person"), "user-round", 2),
    ReaderKind.OPERATOR: (_("Operator of the city"), "settings", 7),
    ReaderKind.AUTHORITY: (_("Authority"), "landmark", 6),
}
"""Word, glyph and tint of each kind of reader: the state stands in the same list as everybody."""

REFUSALS: dict[str, str | Promise] = {
    Refusal.TOO_OFTEN: _("asked too often"),
    Refusal.NO_GRANT: _("you had not allowed it"),
    Refusal.FORGED_GRANT: _("the permission shown was forged"),
    Refusal.GRANT_OF_ANOTHER: _("the permission shown was not its own"),
    Refusal.GRANT_FOR_ANOTHER_PURPOSE: _("the permission was for something else"),
    Refusal.GRANT_REVOKED: _("you had revoked the permission"),
    Refusal.GRANT_EXPIRED: _("the permission had run out"),
    Refusal.FIELD_NOT_GRANTED: _("it asked for more than you had allowed"),
    Refusal.NO_BASIS: _("it named no legal basis"),
    NOT_THE_OWNER: _("it was about an item or a case of yours"),
    Refusal.NO_SCORE: _("there was no score to read"),
    Refusal.UNKNOWN_DOOR: _("it asked about a door that does not exist"),
    TokenRefusal.REPLAYED_CODE: _("it showed a code a second time; its tokens were taken back"),
    TokenRefusal.CODE_OF_ANOTHER: _("it showed another partner's code"),
    TokenRefusal.WRONG_AUDIENCE: _("its token was made for another service"),
}

PURPOSES: dict[str, str | Promise] = {
    CHAIN: _("What one fall did to others"),
    RECEIPT: _("Your whole receipt, line by line"),
}
"""What is read for without anybody's permission; everything else is said as people are asked."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A look as the page says it."""

    look: Look
    kind: str | Promise = ""
    icon: str = "lock"
    tint: int = 7
    purpose: str = ""
    fields: str = ""
    refusal: str | Promise = ""
    rule: str = ""
    """The rule that stood in for a permission; empty when there was a permission."""
    approved_by: str = ""
    """Who approved it, by name."""

    @property
    def is_sealed(self) -> bool:
        """Whether only the seal may be shown."""
        return self.look.sealed_until is not None and not self.look.reader_name


def shown(look: Look) -> Shown:
    """A look in words."""
    if not look.reader_name:
        return Shown(look)
    kind, icon, tint = READERS[look.reader_kind]
    meant = purpose(look.purpose)
    said = PURPOSES.get(look.purpose) or (meant.word if meant else look.purpose)
    return Shown(
        look,
        kind=kind,
        icon=icon,
        tint=tint,
        purpose=str(said),
        fields=", ".join(field_word(field) for field in look.fields),
        refusal=REFUSALS[look.refusal] if look.refusal else "",
        rule=look.ground.removeprefix("rule:") if look.ground.startswith("rule:") else "",
        approved_by=_names(look.approved_by),
    )


def _names(people: tuple[str, ...]) -> str:
    found = {str(person.pk): person.name for person in Person.objects.filter(pk__in=people)}
    return ", ".join(found[each] for each in people if each in found)
