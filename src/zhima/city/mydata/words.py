"""What each table holds about a person, in words of the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "people.person": _("Your account"),
    "people.tie": _("Your contacts"),
    "people.block": _("Whom you blocked"),
    "chat.conversation": _("Your conversations"),
    "chat.membership": _("Which conversations you are in"),
    "chat.redpacket": _("Red packets you sent"),
    "chat.claim": _("Red packets you opened"),
    "chat.message": _("Messages"),
    "pay.merchant": _("Your shops"),
    "pay.clerk": _("Shops where you serve"),
    "pay.order": _("Orders of your shops"),
    "pay.ticket": _("Your tickets"),
    "pay.payer": _("The numbers of your pay codes"),
    "pay.settlement": _("Daily sums of your shops"),
    "pay.bankmove": _("Top-ups and cash-outs"),
    "api.apikey": _("Keys of your shops' software"),
    "api.endpoint": _("Where your shops' software listens"),
    "oauth2_provider.grant": _("Codes that partners are exchanging"),
    "oauth2_provider.accesstoken": _("What partners may ask for now"),
    "oauth2_provider.refreshtoken": _("How partners renew it"),
    "oauth2_provider.idtoken": _("Log-ins at partners"),
    "oauth2_provider.devicegrant": _("Log-ins of devices"),
    "consent.grant": _("Your permissions, with those that ended"),
    "consent.partner": _("Partners that you registered"),
    "consent.usedcode": _("Codes that partners exchanged lately"),
    "scoring.event": _("Evidence about you"),
    "scoring.suspension": _("Evidence that was left out while contested"),
    "scoring.score": _("Your scores, each with its receipt"),
    "doors.wish": _("Places that you asked for"),
    "doors.ticket": _("Draws that you were in"),
    "doors.party": _("Your invitations"),
    "doors.guest": _("Invitations to you"),
    "doors.introduction": _("Introductions"),
    "doors.leg": _("Introductions that went through you"),
    "doors.received": _("Benefits that you received"),
    "badges.batch": _("Your badges"),
    "badges.place": _("Places of your badges in the public list"),
    "badges.attempt": _("When you asked for badges"),
    "obligations.obligation": _("Your agreements"),
    "obligations.move": _("What was done under your agreements"),
    "obligations.instalment": _("Instalments of your agreements"),
    "obligations.photo": _("Photos of damage under your agreements"),
    "market.app": _("Apps that you made"),
    "market.appmove": _("What was done with apps, by you"),
    "market.offer": _("What your shops offer"),
    "market.booking": _("Your bookings"),
    "market.claim": _("Times that your bookings hold"),
    "market.bookingmove": _("What became of your bookings"),
    "market.line": _("Goods in your bookings"),
    "market.rating": _("Ratings by you and of you"),
    "appeals.case": _("Your appeals"),
    "appeals.statement": _("What was said in your appeals"),
    "appeals.exhibit": _("Papers of your appeals"),
    "appeals.move": _("How your appeals went"),
    "appeals.tieoffer": _("Contacts offered back"),
    "appeals.notice": _("Who was told that your score was wrong"),
    "authority.courtlist": _("Court lists that you brought in"),
    "authority.listing": _("What courts say of you"),
    "oversight.override": _("Doors decided for you by hand"),
    "wallet.entries": _("Every movement of your money"),
    "disclosure.who_looked": _("Who looked"),
}
"""By the name of a table in the archive."""


def title(name: str) -> str:
    """A table in words; its name where there are none yet."""
    return str(TITLES.get(name, name))
