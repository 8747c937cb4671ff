"""What stands behind a booking: asked of the door once, frozen or waived with the place."""

from __future__ import annotations

from datetime import datetime

from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refused as AgreementRefused
from zhima.city.people.models import Person


def needs_deposit(app: App, offer: Offer) -> bool:
    """Whether something must stand behind a booking of it."""
    return app.manifest.deposit is not None and offer.needs_deposit


def quote(
    app: App, *, person: Person, offer: Offer, until: datetime, key: str
) -> Obligation | None:
    """What would stand behind it: the door is asked once for each key; None without a deposit."""
    terms = app.manifest.terms(door=offer.door, deposit_fen=offer.deposit_fen)
    if terms is None or not needs_deposit(app, offer):
        return None
    answer = agreements.quote(
        person=person,
        merchant=offer.merchant,
        app=app.pk,
        title=offer.words,
        terms=terms,
        due_at=until,
        key=f"q-{key}"[:64],
    )
    assert isinstance(answer, Obligation)
    return answer


def choice(app: App, booking: Booking, *, freeze: bool | None) -> Refused | Obligation | None:
    """The offer that was chosen; refused without a choice, or for a waiver that was not given."""
    if not needs_deposit(app, booking.offer):
        return None
    if freeze is None:
        return Refused(Refusal.DEPOSIT_NOT_CHOSEN)
    until = booking.ends_at
    assert until is not None, "what has a deposit has a day on which it is due back"
    key = booking.wish_key
    quoted = quote(app, person=booking.person, offer=booking.offer, until=until, key=key)
    if quoted is not None and not freeze and not quoted.waivable:
        return Refused(Refusal.WAIVER_NOT_GIVEN)
    return quoted


def stand_behind(app: App, booking: Booking, *, freeze: bool | None) -> Refused | None:
    """Freeze the deposit, or have it waived, as was chosen."""
    chosen = choice(app, booking, freeze=freeze)
    if chosen is None or isinstance(chosen, Refused):
        return chosen
    started = agreements.start(chosen.pk, freeze=bool(freeze), key=f"s-{booking.pk}")
    if isinstance(started, AgreementRefused):
        return Refused(started.reason)
    Obligation.objects.filter(pk=started.pk).update(booking_id=booking.pk)
    Booking.objects.filter(pk=booking.pk).update(obligation=started)
    booking.obligation = started
    return None
