"""Chen's rental, as the tour lets it happen: each step by the app's own rules, at its own time.

The visitor may rent as Chen himself; whatever he left undone is done here. Nothing is reported but
by the car rental, nothing falls due but by the agreement's own dates.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext
from PIL import Image, ImageDraw

from zhima.city import chores, clock
from zhima.city.demo import living
from zhima.city.market import allowing, inventory, serving, shelf
from zhima.city.market.booking import Wish, book
from zhima.city.market.models import App, Booking, Offer
from zhima.city.market.outcomes import Refused, sentence
from zhima.city.market.states import BookingState
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import State
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

FELL = "chen"
APP, OFFER = "car", "little"
DAMAGE_FEN, SEVERITY = 2_400_00, 2
"""More than his purse holds, and so are its parts."""
WORDS = "the door is bent"
EARLY = timedelta(hours=1)
"""Before the end of a rental, and before the last moment to pay."""
MOMENT = timedelta(seconds=1)


def bring_back_damaged() -> Obligation:
    """Rent a car without deposit and bring it back with a bent door, in time."""
    app = _app()
    booking = _rented() or _rent(app)
    by = f"shop:{booking.offer.merchant_id.hex}"
    if booking.state == BookingState.BOOKED:
        _pass_until(booking.starts_at)
        _done(serving.start(app, booking.pk, by=by, condition="no scratch"))
    _pass_until(booking.ends_at - EARLY)
    _done(
        serving.finish(
            app,
            booking.pk,
            by=by,
            damage_fen=DAMAGE_FEN,
            reason=WORDS,
            severity=SEVERITY,
            photo=_bent_door(),
        )
    )
    return Obligation.objects.get(pk=booking.obligation_id)


def leave_unpaid() -> Obligation:
    """Let the first part fall due and run late, up to an hour before the agreement is broken."""
    debt = _unpaid().first() or bring_back_damaged()
    while debt.state == State.RETURNED:
        first = debt.instalments.filter(paid_at=None).order_by("number").first()
        if first is None:
            raise ZhimaError(gettext("Chen had the money after all, and it was collected."))
        _pass_until(first.due_at + debt.terms.grace + MOMENT)
        debt.refresh_from_db()
    _pass_until(_broken_at(debt) - EARLY)
    return debt


def break_agreement() -> Obligation:
    """Let the last moment to pay go by."""
    debt = _unpaid().filter(state=State.OVERDUE).first() or leave_unpaid()
    rest = _broken_at(debt) + MOMENT - clock.now()
    if rest > timedelta():
        clock.step(rest)
    chores.do_all()
    debt.refresh_from_db()
    return debt


def debts() -> QuerySet[Obligation]:
    """What Chen was ever asked to pay for a car after a waived deposit."""
    mine = Obligation.objects.filter(
        person__username=FELL, person__is_resident_of_demo=True, app=APP, hold_id=""
    )
    return mine.filter(claimed_fen__gt=0).order_by("-opened_at")


def _unpaid() -> QuerySet[Obligation]:
    open_ones = debts().filter(state__in=(State.RETURNED, State.OVERDUE))
    return open_ones.filter(claimed_fen__gt=F("collected_fen"))


def _broken_at(debt: Obligation) -> datetime:
    return (debt.overdue_at or clock.now()) + timedelta(days=debt.terms.breach_after_days)


def _app() -> App:
    app = shelf.find(APP)
    if app is None:
        raise ZhimaError(gettext("The car rental is closed."))
    return app


def _rented() -> Booking | None:
    """A car that the visitor rented as Chen, without deposit."""
    waived = Booking.objects.filter(
        app_id=APP, person__username=FELL, obligation__state__in=(State.WAIVED, State.IN_USE)
    )
    open_ones = waived.filter(obligation__hold_id="", obligation__waivable=True)
    return open_ones.select_related("offer").order_by("starts_at").first()


def _rent(app: App) -> Booking:
    """As Chen would: agree to what the app asks, choose tomorrow, take the waived deposit."""
    chen = Person.objects.get(username=FELL, is_resident_of_demo=True)
    allowing.allow(app, chen, {ask.purpose for ask in allowing.asks(app, chen)})
    offer = Offer.objects.select_related("merchant").get(app_id=APP, key=OFFER)
    now = clock.now()
    free = inventory.slots(offer, days=inventory.DAYS_AHEAD).filter(starts_at__gt=now, free__gt=0)
    first = free.first()
    if first is None:
        raise ZhimaError(gettext("Every small car is taken. Let some days pass."))
    key = f"tour-{clock.microseconds(now)}"
    answer = book(app, Wish(person=chen, offer=offer, key=key, slots=[first], freeze=False))
    if isinstance(answer, Refused) and debts().exists():
        # The sentence of the app would send a visitor to freeze a deposit, and end the tour there.
        raise ZhimaError(
            gettext(
                "Chen fell before, in another visitor's tour, and his score opens no car now. "
                "Start the demo over, above."
            )
        )
    if isinstance(answer, Refused):
        raise ZhimaError(sentence(answer.reason))
    return Booking.objects.select_related("offer").get(pk=answer.pk)


def _bent_door() -> bytes:
    """A drawing in the place of a photo: a car from the side, with a dent."""
    paper = Image.new("RGB", (960, 640), "#d9dfe3")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((0, 470, 960, 640), fill="#8f989c")
    draw.rounded_rectangle((90, 250, 870, 480), 70, fill="#b23a2e")
    draw.polygon([(240, 255), (350, 130), (640, 130), (760, 255)], fill="#b23a2e")
    draw.polygon([(280, 250), (365, 155), (480, 155), (480, 250)], fill="#23323a")
    draw.polygon([(505, 250), (505, 155), (625, 155), (715, 250)], fill="#23323a")
    draw.line([(492, 255), (492, 465)], fill="#7c241b", width=5)
    for x in (235, 705):
        draw.ellipse((x - 78, 400, x + 78, 556), fill="#20262a")
        draw.ellipse((x - 34, 444, x + 34, 512), fill="#aab4b9")
    dent = [(545, 300), (600, 325), (655, 305), (640, 360), (680, 400), (610, 385), (560, 415)]
    draw.polygon([*dent, (572, 355)], fill="#6b1d15")
    draw.line([(545, 300), (610, 350), (560, 415)], fill="#e9b3ab", width=4)
    file = io.BytesIO()
    paper.save(file, format="PNG")
    return file.getvalue()


def _pass_until(moment: datetime | None) -> None:
    if moment is not None and moment > clock.now():
        living.pass_until(moment)


def _done(answer: object) -> None:
    if isinstance(answer, Refused):
        raise ZhimaError(sentence(answer.reason))
