"""Many customers at the same moment, on whatever database the environment names; prints what came.

Run as a program of its own, so that the city's tables are on that database too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

CUSTOMERS = 8


def main() -> None:
    """Play each race."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import django

    django.setup()
    print(json.dumps(races()))


def races() -> dict[str, object]:
    """Every race and its result."""
    from tests.city_phones import balance_of, resident, sum_of_all
    from tests.market_phones import offer, opens, tomorrow
    from tests.races import at_once
    from zhima.city.market import booking, shelf
    from zhima.city.market.booking import Wish
    from zhima.city.market.models import Booking, Claim
    from zhima.city.obligations import lifecycle
    from zhima.city.obligations.models import Obligation
    from zhima.city.pay.shops import shop_account

    desks = {
        app: opens(app, resident("Keeper"))
        for app in ("doctor", "tennis", "groceries", "car", "restaurant", "train")
    }
    people = [resident(f"Customer{n}", fen=9000_00).person for n in range(CUSTOMERS)]

    def wishes(app: str, key: str, slot: object, **more: object) -> list[Callable[[], str]]:
        def wish(person: object) -> str:
            taken = [slot] if slot is not None else []
            said = Wish(person, offer(app, key), f"race-{app}-{person.pk.hex[:8]}", taken, **more)
            answer = booking.book(shelf.find(app), said)
            return str(getattr(answer, "reason", "") or answer.state)

        return [lambda person=person: wish(person) for person in people]

    found: dict[str, object] = {}
    found["last slot"] = at_once(*wishes("doctor", "dr-li", tomorrow("doctor", "dr-li", "10:30")))
    paid = tomorrow("tennis", "court-2", "18:00")
    found["last court, paid"] = at_once(*wishes("tennis", "court-2", paid))
    found["court till"] = balance_of(shop_account(desks["tennis"].shop.pk))
    slot = tomorrow("car", "little")
    found["two cars, deposits"] = at_once(*wishes("car", "little", slot, freeze=True))
    holds = Obligation.objects.filter(state="held")
    found["deposits held"] = holds.count()
    window = tomorrow("restaurant", "window")
    found["the window"] = at_once(*wishes("restaurant", "window", window))
    found["seats"] = at_once(*wishes("train", "d2207", tomorrow("train", "d2207", days=3)))
    found |= decided_and_drawn()
    tofu = offer("groceries", "tofu")
    tofu.stock = 3
    tofu.save()
    acts = wishes("groceries", "delivery", None, basket={tofu: 1}, price_fen=tofu.price_fen)
    found["three blocks of tofu"] = at_once(*acts)
    found["tofu left"] = offer("groceries", "tofu").stock
    same = people[0]
    again = Wish(same, offer("doctor", "dr-li"), "double-click", [tomorrow("doctor", "dr-li")])
    clicks = [lambda: booking.book(shelf.find("doctor"), again).pk[:0] + "one of them"] * 4
    found["double click"] = at_once(*clicks)
    found["double click bookings"] = Booking.objects.filter(wish_key="double-click").count()
    held = holds.first()
    lifecycle.hand_out(held.pk, by="shop:race", key="out")
    lifecycle.give_back(held.pk, by="shop:race", key="back")

    def claim(number: int) -> str:
        answer = lifecycle.claim(
            held.pk, amount_fen=100_00 + number, reason="a", by="shop:race", key=f"claim-{number}"
        )
        return str(getattr(answer, "reason", "") or answer.state)

    found["claims at once"] = at_once(*[lambda n=n: claim(n) for n in range(4)])
    found["an app in her name"] = at_once(*in_her_name(resident("Dai", fen=9000_00).person))
    found["places"] = (
        Claim.objects.values("slot", "place").distinct().count() - Claim.objects.count()
    )
    found["sum of all"] = sum_of_all()
    return found


def in_her_name(person: object) -> list[Callable[[], str]]:
    """Six bookings of 300.00 by software that may cost her 1,000.00 within a day."""
    from tests.market_phones import offer
    from zhima.city.consent.purposes import MOST_A_DAY_FEN
    from zhima.city.market import booking, shelf
    from zhima.city.market.booking import Wish

    def book(number: int) -> str:
        goods, key = offer("groceries", "delivery"), f"in-her-name-{number}"
        wish = Wish(person, goods, key, price_fen=300_00, most_a_day_fen=MOST_A_DAY_FEN)
        answer = booking.book(shelf.find("groceries"), wish)
        return str(getattr(answer, "reason", "") or answer.state)

    return [lambda number=number: book(number) for number in range(6)]


def decided_and_drawn() -> dict[str, object]:
    """Every process looks at the same moment: one decides, one draws, none gives a place twice."""
    from tests.market_phones import tomorrow
    from tests.races import at_once
    from zhima.city import clock
    from zhima.city.doors import places, upgrades
    from zhima.city.doors.models import Contest, Draw, Received
    from zhima.city.market import chores
    from zhima.city.market.models import Booking, Claim

    (draw,) = Draw.objects.all()
    draw.tickets.update(percent=100)
    looks = [places.decide_due, upgrades.draw_due, chores.pass_time] * 2
    with clock.pretending(clock.microseconds(draw.closes_at)):
        at_once(*[lambda look=look: str(look()) for look in looks])
        # Whoever found another in the middle of it left the rest to the city's next look.
        for look in looks[:3]:
            look()
    first_class = tomorrow("train", "d2207-first", days=3)
    return {
        "contests": Contest.objects.exclude(decided_at=None).count(),
        "at the window": Booking.objects.filter(offer__key="window", state="booked").count(),
        "told that it is gone": Booking.objects.filter(offer__key="window", state="lost").count(),
        "tickets": draw.tickets.count(),
        "upgraded": Booking.objects.exclude(upgraded_to=None).count(),
        "in first class": Claim.objects.filter(slot=first_class).count(),
        "in the statement": Received.objects.filter(kind="upgrade").count(),
    }


if __name__ == "__main__":
    main()
