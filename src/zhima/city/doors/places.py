"""The nice table: several ask for one place within the same minute, and the rulebook decides.

A place stays open for the rulebook's seconds after the first wish. Then it is decided once, by
whichever process comes first: every score that may be looked at is read (and logged), the rule is
applied, everybody is told. A wish that comes later is told that the place is gone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.disclosure.reading import Reader
from zhima.city.doors import asking, register, signals
from zhima.city.doors.models import Contest, Received, Wish
from zhima.city.live.signals import announce
from zhima.city.people.models import Person
from zhima.engine.doors.places import Ask, Place, give
from zhima.engine.kinds import Text
from zhima.engine.rulebook.model import PlaceOrder

TOPIC = "places"
GIVEN_UP_AFTER = timedelta(seconds=20)
"""A process that set about deciding and is not heard of: another one takes over."""
GONE = Text("The place was given away before you asked.", "您申请时，该位置已被预订。")
RULE_WORDS = {
    PlaceOrder.FIRST: _("Whoever asks first gets it; no score is looked at."),
    PlaceOrder.BAND: _("Of all who ask within %(seconds)d seconds the highest band gets it."),
    PlaceOrder.SCORE: _("Of all who ask within %(seconds)d seconds the highest score gets it."),
}


def rule_in_words() -> str:
    """How the rulebook in force gives a place that several want."""
    rule = asking.rulebook().rules.benefits.places
    return str(RULE_WORDS[rule.order]) % {"seconds": rule.within_seconds}


def looks_at_scores() -> bool:
    """Whether that rule compares people at all."""
    return asking.rulebook().rules.benefits.places.order is not PlaceOrder.FIRST


def ask(*, operator: Reader, person: Person, slot: str, what: Text, places: int = 1) -> Wish:
    """Wish for a place; the first wish opens the time in which others may wish for it too.

    `places` says how many there are when that time opens.

    A wish a second time is the first one. With nobody to wait for, and after the time, the answer
    is there at once.
    """
    now = clock.now()
    while True:
        contest = _contest(operator, slot, what, places, now)
        try:
            wish = _wish(contest, person, now)
        except Contest.DoesNotExist:
            # Whoever wished alone took it back just now: the time begins anew.
            continue
        break
    if now >= contest.closes_at:
        decide(contest)
    wish.refresh_from_db()
    return wish


def _contest(operator: Reader, slot: str, what: Text, places: int, now: datetime) -> Contest:
    rule = asking.rulebook().rules.benefits.places
    contest, _ = Contest.objects.get_or_create(
        operator=operator.id,
        slot=slot,
        defaults={
            "operator_name": operator.name,
            "operator_name_zh": operator.name_zh,
            "what": what.en[:160],
            "what_zh": what.zh[:160],
            "opened_at": now,
            "places": places,
            "closes_at": now + timedelta(seconds=rule.within_seconds),
        },
    )
    return contest


def _wish(contest: Contest, person: Person, now: datetime) -> Wish:
    with transaction.atomic():
        # Whoever wishes while it is being decided waits here, and then learns that it is gone.
        held = Contest.objects.select_for_update().get(pk=contest.pk)
        late = held.claimed_at is not None or held.decided_at is not None
        reason = {"en": GONE.en, "zh": GONE.zh} if late else {}
        outcome = Wish.Outcome.LOST if late else Wish.Outcome.WAITING
        wish, _ = Wish.objects.get_or_create(
            contest=held,
            person=person,
            defaults={"asked_at": now, "outcome": outcome, "reason": reason},
        )
    return wish


def withdraw(wish: Wish) -> bool:
    """Take a wish back; False once it is being decided."""
    with transaction.atomic():
        held = Contest.objects.select_for_update().get(pk=wish.contest_id)
        if held.claimed_at is not None or held.decided_at is not None:
            return False
        wish.delete()
        if not held.wishes.exists():
            held.delete()
    return True


def decide(contest: Contest) -> bool:
    """Decide a contest whose time is over; whether this call did it."""
    now = clock.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - GIVEN_UP_AFTER)
    mine = Contest.objects.filter(free, pk=contest.pk, decided_at=None, closes_at__lte=now)
    if not mine.update(claimed_at=now):
        return False
    wishes = list(contest.wishes.select_related("person").order_by("asked_at", "pk"))
    if not wishes:
        contest.delete()
        return False
    # Outside of a transaction of ours: each reading and its entry stand by themselves.
    rulebook, asks = asking.rulebook(), _asks(contest, wishes)
    given = give(rulebook, asks, places=contest.places)
    with transaction.atomic():
        if not Contest.objects.filter(pk=contest.pk, decided_at=None).update(
            decided_at=now, rule=given[0].rule
        ):
            return False
        for wish, place in zip(wishes, given, strict=True):
            _tell(wish, place, now)
        announce([wish.person_id for wish in wishes], TOPIC)
        transaction.on_commit(
            partial(signals.place_given.send, sender=Contest, contest=contest), robust=True
        )
    return True


def _asks(contest: Contest, wishes: list[Wish]) -> list[Ask]:
    if len(wishes) <= contest.places or not looks_at_scores():
        # There is one for each, or no score decides: there is no reason to look at anybody's.
        return [Ask(str(wish.pk), wish.asked_at, None) for wish in wishes]
    return [
        Ask(
            str(wish.pk),
            wish.asked_at,
            asking.score_for_place(name=contest.operator_words, person=wish.person),
        )
        for wish in wishes
    ]


def _tell(wish: Wish, place: Place, now: datetime) -> None:
    wish.outcome = Wish.Outcome.WON if place.got_it else Wish.Outcome.LOST
    wish.gap = place.gap
    wish.reason = {"en": place.reason.en, "zh": place.reason.zh}
    wish.save(update_fields=["outcome", "gap", "reason"])
    if place.got_it and place.ask.score is not None:
        register.note(
            person=wish.person,
            kind=Received.Kind.PLACE,
            what=wish.contest.words,
            band=asking.rulebook().rules.band(place.ask.score).id,
            reference=f"place:{wish.contest_id}:{wish.pk}",
            at=now,
        )


def decide_due() -> int:
    """Decide every contest whose time is over; how many there were."""
    due = Contest.objects.filter(decided_at=None, closes_at__lte=clock.now())
    return sum(decide(contest) for contest in due)
