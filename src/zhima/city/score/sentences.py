"""What each line of a receipt says, in the reader's language.

The engine's receipt names features and cells of the card. A person reads what she did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.language import told
from zhima.engine.features.declaration import Catalogue
from zhima.engine.kinds import MILLI
from zhima.engine.score.explain import Line
from zhima.engine.score.receipt import Item

Say = Callable[[float], str]
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Wording:
    """How one feature is told: with a value, and when nothing is known of it."""

    known: Say
    unknown: Promise


def _number(none: Promise, one: Promise, many: Promise) -> Say:
    return lambda n: str(none if n < 1 else one if n < 2 else many % {"n": round(n)})


def _months(none: Promise, one: Promise, many: Promise, every: Promise) -> Say:
    """Of a year, which begins and ends within a month and so may touch thirteen of them."""
    some = _number(none, one, many)
    return lambda n: str(every) if n >= MONTHS else some(n)


def _share(none: Promise, some: Promise) -> Say:
    return lambda share: str(none if share <= 0 else some % {"percent": round(share * 100)})


def _days(some: Promise) -> Say:
    return lambda days: str(some % {"n": int(days)})


WORDINGS: dict[str, Wording] = {
    "bills_on_time_streak": Wording(
        _number(
            _("Your last bill was not paid on time."),
            _("You paid your last bill on time."),
            _("You paid your last %(n)d bills on time."),
        ),
        _("No bill of yours is known yet."),
    ),
    "bills_late_share_365d": Wording(
        _share(
            _("No bill of the last year was late."),
            _("%(percent)d %% of your bills of the last year were late."),
        ),
        _("No bill of the last year is known, late or not."),
    ),
    "bills_missed_365d": Wording(
        _number(
            _("You missed no bill in the last year."),
            _("You missed a bill in the last year."),
            _("You missed %(n)d bills in the last year."),
        ),
        _("No missed bill is known."),
    ),
    "loan_late_share_all": Wording(
        _share(
            _("You paid every loan instalment on time."),
            _("%(percent)d %% of your loan instalments were late."),
        ),
        _("You have no loan to judge by."),
    ),
    "loans_defaulted_all": Wording(
        _number(
            _("No loan of yours was ever written off."),
            _("A loan of yours was written off."),
            _("%(n)d loans of yours were written off."),
        ),
        _("No loan of yours was ever written off."),
    ),
    "court_listings_all": Wording(
        _number(
            _("You are on no court's list."),
            _("You are on a court's list."),
            _("You were put on court lists %(n)d times."),
        ),
        _("You are on no court's list."),
    ),
    "items_on_time_streak": Wording(
        _number(
            _("Your last loan came back late."),
            _("You brought your last loan back on time."),
            _("You brought your last %(n)d loans back on time."),
        ),
        _("You have not borrowed anything yet."),
    ),
    "items_late_share_all": Wording(
        _share(
            _("Everything you borrowed came back on time."),
            _("%(percent)d %% of what you borrowed came back late."),
        ),
        _("Nothing that you borrowed has come back yet."),
    ),
    "items_damaged_all": Wording(
        _number(
            _("Nothing that you borrowed was damaged."),
            _("One thing that you borrowed was damaged or lost."),
            _("%(n)d things that you borrowed were damaged or lost."),
        ),
        _("Nothing that you borrowed was damaged."),
    ),
    "obligations_breached_all": Wording(
        _number(
            _("You left nothing unpaid that you owed."),
            _("You left something unpaid that you owed."),
            _("%(n)d times you left something unpaid that you owed."),
        ),
        _("You left nothing unpaid that you owed."),
    ),
    "obligations_repaired_share_all": Wording(
        _share(
            _("What you left unpaid is not made good."),
            _("%(percent)d %% of what you left unpaid was made good."),
        ),
        _("Nothing waits to be made good."),
    ),
    "bookings_kept_share_365d": Wording(
        _share(
            _("You kept none of your bookings of the last year."),
            _("You kept %(percent)d %% of your bookings of the last year."),
        ),
        _("You have booked nothing yet."),
    ),
    "complaints_365d": Wording(
        _number(
            _("Nobody had reason to complain about you in the last year."),
            _("One complaint about you was upheld in the last year."),
            _("%(n)d complaints about you were upheld in the last year."),
        ),
        _("Nobody had reason to complain about you in the last year."),
    ),
    "active_months_365d": Wording(
        _months(
            _("You paid nothing through the wallet in the last year."),
            _("You used the wallet in one month of the last year."),
            _("You used the wallet in %(n)d months of the last year."),
            _("You used the wallet in every month of the last year."),
        ),
        _("You paid nothing through the wallet in the last year."),
    ),
    "income_months_365d": Wording(
        _months(
            _("No income arrived in the last year."),
            _("Income arrived in one month of the last year."),
            _("Income arrived in %(n)d months of the last year."),
            _("Income arrived in every month of the last year."),
        ),
        _("No income is known."),
    ),
    "payments_failed_90d": Wording(
        _number(
            _("No payment of the last 90 days failed for want of money."),
            _("A payment of the last 90 days failed for want of money."),
            _("%(n)d payments of the last 90 days failed for want of money."),
        ),
        _("No payment of the last 90 days failed for want of money."),
    ),
    "spending_per_income_90d": Wording(
        _share(
            _("You spent nothing of what came in within 90 days."),
            _("You spent %(percent)d %% of what came in within 90 days."),
        ),
        _("Nothing came in within 90 days to compare your spending with."),
    ),
    "identity_level": Wording(
        _number(
            _("Nobody has checked your name yet."),
            _("Your name is known: level 1 of 3."),
            _("Your identity was checked: level %(n)d of 3."),
        ),
        _("Nobody has checked your name yet."),
    ),
    "account_tenure": Wording(
        _days(_("Your account is %(n)d days old.")), _("Your account is new.")
    ),
    "identity_disputed_all": Wording(
        _number(
            _("No document of yours was found to be false."),
            _("A document of yours was found to be false."),
            _("%(n)d documents of yours were found to be false."),
        ),
        _("No document of yours was found to be false."),
    ),
}
"""Every feature of the shipped cards; another card's features are told by their titles."""


_FIXED = {
    Item.START: _("Everybody starts here."),
    Item.BASE: _("The card gives everybody this."),
    Item.LIMIT: _("Own points end at 0 and at 600; the rest falls away."),
    Item.MISSING_TIES: _("Contacts that you do not have, under this rulebook."),
    Item.ROUNDING: _("Rounded to a whole number."),
}


def sentence(line: Line, catalogue: Catalogue) -> str:
    """What the line of a receipt says."""
    if line.item is Item.ATTRIBUTE:
        return _attribute(line, catalogue)
    if line.item is Item.CONTACT:
        return str(_("A contact gives.") if line.points_milli > 0 else _("A contact takes."))
    return str(_FIXED[line.item])


def _attribute(line: Line, catalogue: Catalogue) -> str:
    wording = WORDINGS.get(line.source)
    if wording is None:
        titles = {feature.id: feature.title for feature in catalogue.features}
        title = told(titles[line.source]) if line.source in titles else line.source
        return f"{title}: {line.value or line.label}"
    if line.value == "":
        return str(wording.unknown)
    return wording.known(float(line.value))


def points(points_milli: int, *, signed: bool = True) -> str:
    """Points as a receipt prints them: whole ones whole, others to a tenth, a true minus sign."""
    value = points_milli / MILLI
    text = f"{abs(value):.0f}" if points_milli % MILLI == 0 else f"{abs(value):.1f}"
    if text in ("0", "0.0"):
        return "0"
    if value < 0:
        return f"\u2212{text}"
    return f"+{text}" if signed else text
