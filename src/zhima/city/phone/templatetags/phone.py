"""Template tags of the phone: glyphs, money, bundled files, when something was."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from zhima.city import clock
from zhima.city.phone import assets
from zhima.city.wallet.amounts import yuan

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """A glyph of the bundled set, hidden from screen readers: the words beside it say it."""
    return format_html(
        '<svg class="icon" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        size,
        size,
        assets.icons(),
        name,
    )


@register.simple_tag
def script(entry: str) -> str:
    """Address of a bundled script."""
    return assets.script(entry)


@register.simple_tag
def styles(entry: str) -> list[str]:
    """Addresses of a script's styles."""
    return assets.styles(entry)


@register.filter
def money(amount_fen: int) -> str:
    """`123456` as `1,234.56`."""
    return yuan(amount_fen)


@register.filter
def change(amount_fen: int) -> str:
    """The same with a plus for what came in."""
    return f"+{yuan(amount_fen)}" if amount_fen > 0 else yuan(amount_fen)


@register.filter
def for_what(memo: str) -> str:
    """A memo of the ledger; those that codes give are said in the reader's language."""
    said = {
        "tip": gettext("Tip"),
        "gift": gettext("Present"),
        "Top-up": gettext("Top-up"),
        "Wages": gettext("Wages"),
    }
    return said.get(memo, memo)


@register.filter
def when(moment: datetime) -> str:
    """The time today, yesterday as a word, the day before that."""
    local = timezone.localtime(moment)
    days = (timezone.localdate(clock.now()) - local.date()).days
    if days == 0:
        return date_format(local, "H:i")
    if days == 1:
        return gettext("Yesterday")
    return date_format(local, pgettext("day of the month, as a date format", "j M"))


@register.filter(name="moment")
def moment_in_words(at: datetime) -> str:
    """Day and time; with the year where it is another one than the city's."""
    local = timezone.localtime(at)
    if local.year == timezone.localdate(clock.now()).year:
        return date_format(local, pgettext("day and time, as a date format", "j M, H:i"))
    return date_format(local, pgettext("day, year and time, as a date format", "j M Y, H:i"))


@register.filter
def day(moment: datetime) -> str:
    """The day as a heading of a list."""
    local = timezone.localtime(moment)
    days = (timezone.localdate(clock.now()) - local.date()).days
    if days < 2:
        return gettext("Yesterday") if days else gettext("Today")
    return date_format(local, pgettext("full date, as a date format", "l, j F Y"))
