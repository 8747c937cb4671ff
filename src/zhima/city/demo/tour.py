"""The guided tour: ten minutes through the city, each step ticked when it was really done.

A step looks at what the city's own tables say since the tour began, of whoever did something in the
visitor's browser; nothing is ticked by hand, nor by the town's own life.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.appeals.models import Case
from zhima.city.consent.purposes import DOOR
from zhima.city.demo import footprints, rental, rules, waiting
from zhima.city.demo.footprints import Did
from zhima.city.demo.life import LIVED
from zhima.city.disclosure.models import Entry
from zhima.city.doors.models import Wish
from zhima.city.market.models import Booking
from zhima.city.obligations.models import Move
from zhima.city.obligations.states import Act as ObligationAct
from zhima.city.people.models import Person, Tie
from zhima.city.scoring.models import Event, Score
from zhima.city.wallet import activity

LINES = 40
"""Of a purse, among which the visitor's payment is looked for."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the tour lets happen at a button."""

    id: str
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor's tour: since when, and what was done in this browser since."""

    since: datetime
    did: Mapping[str, Did]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, on which phone, and how the city knows that it was done."""

    id: str
    title: str | Promise
    how: str | Promise
    was_done: Callable[[Visit], bool]
    act: Act | None = None


def _after(mark: str) -> Callable[[Callable[[Visit, Did], bool]], Callable[[Visit], bool]]:
    """Looks at what came of something that the visitor did; of nothing comes nothing."""

    def looking(look: Callable[[Visit, Did], bool]) -> Callable[[Visit], bool]:
        def was_done(visit: Visit) -> bool:
            did = visit.did.get(mark)
            return did is not None and look(visit, did)

        return was_done

    return looking


@_after(footprints.PAID)
def _paid(visit: Visit, did: Did) -> bool:
    payer = Person.objects.filter(pk=did.as_whom).first()
    if payer is None:
        return False
    own = (
        line for line in activity.latest(payer, limit=LINES) if not line.entry_id.startswith(LIVED)
    )
    return any(line.change_fen < 0 and line.at >= visit.since for line in own)


@_after(footprints.SAW_SCORE)
def _saw_a_score_move(visit: Visit, did: Did) -> bool:
    moved = Score.objects.filter(person_id=did.as_whom, as_of__gte=visit.since, as_of__lte=did.at)
    return moved.exclude(cause="day").exists()


@_after(footprints.BOOKED)
def _booked(visit: Visit, did: Did) -> bool:
    return Booking.objects.filter(person=did.as_whom, made_at__gte=visit.since).exists()


@_after(footprints.SAW_LOOKS)
def _saw_the_reading(visit: Visit, saw: Did) -> bool:
    booked = visit.did.get(footprints.BOOKED)
    if booked is None or booked.as_whom != saw.as_whom:
        return False
    entries = Entry.objects.filter(person=saw.as_whom, at__gte=visit.since, at__lte=saw.at)
    told = (detail for detail in entries.values_list("detail", flat=True) if detail)
    return any(each["purpose"].startswith(DOOR) and each["reason"] is None for each in told)


@_after(footprints.BOOKED)
def _two_asked(visit: Visit, did: Did) -> bool:
    mine = Wish.objects.filter(person=did.as_whom, asked_at__gte=visit.since)
    given = mine.filter(contest__decided_at__isnull=False).values("contest")
    return Wish.objects.filter(contest__in=given, outcome=Wish.Outcome.LOST).exists()


def _moved(act: ObligationAct) -> Callable[[Visit], bool]:
    """Whether the debt after Chen's rental came so far."""

    def was_done(visit: Visit) -> bool:
        moves = Move.objects.filter(obligation__in=rental.debts(), at__gte=visit.since)
        return moves.filter(act=act).exists()

    return was_done


def _made_good(visit: Visit) -> bool:
    return footprints.MADE_GOOD in visit.did and _moved(ObligationAct.REPAIR)(visit)


def _fell(visit: Visit) -> bool:
    broken = Event.objects.filter(
        person_id__in=rental.debts().values("person_id"),
        recorded_at__gte=visit.since,
        kind="obligation.breached",
    )
    return Score.objects.filter(cause__in=broken.values("event_id")).exists()


def _nudged(visit: Visit) -> bool:
    return rules.in_force() == rules.NUDGING and rules.since() >= visit.since


@_after(footprints.DROPPED)
def _dropped(visit: Visit, did: Did) -> bool:
    ended = Tie.objects.filter(ended_at__gte=visit.since, agreed_at__lt=F("ended_at"))
    return ended.filter(ended_by=did.as_whom).exists()


@_after(footprints.APPEALED)
def _appealed(visit: Visit, did: Did) -> bool:
    return Case.objects.filter(person=did.as_whom, opened_at__gte=visit.since).exists()


@_after(footprints.APPEALED)
def _undone(visit: Visit, did: Did) -> bool:
    mine = Case.objects.filter(person=did.as_whom, opened_at__gte=visit.since)
    return mine.filter(state=Case.State.UPHELD).exists()


STEPS = (
    Step(
        "pay",
        _("Pay"),
        _(
            "Be Ana on the first phone and Bo on the second. Bo taps Collect and Ana scans, or she "
            "sends him 12.00 in their chat."
        ),
        _paid,
    ),
    Step(
        "book",
        _("Book something"),
        _("On the first phone open an app, say Tennis, and book a time."),
        _booked,
    ),
    Step(
        "score",
        _("Watch a score move"),
        _(
            "Let a week pass with the button above and open Score: every change has its reason, "
            "every point its line on the receipt."
        ),
        _saw_a_score_move,
    ),
    Step(
        "door",
        _("Knock at a door"),
        _(
            "As Ana, open Tool library, choose the drill and let the library ask her score: it "
            "waives the deposit. Borrow it, then open Score, Who looked: the reading is there."
        ),
        _saw_the_reading,
    ),
    Step(
        "table",
        _("Want the same table"),
        _(
            "On both phones open Benefits, let the score decide, and ask for the same table. "
            "Whoever loses reads the rule and the gap."
        ),
        _two_asked,
        Act("minute", _("The minute for asking goes by")),
    ),
    Step(
        "damage",
        _("Bring a car back damaged"),
        _(
            "Be Chen on the second phone. His score opens the small car without a deposit: rent "
            "it, or let the button do it. A door gets bent. It costs 2,400.00; he has less."
        ),
        _moved(ObligationAct.CLAIM),
        Act("damage", _("Chen rents a car and bends its door")),
    ),
    Step(
        "unpaid",
        _("Do not pay"),
        _(
            "As Chen, open Agreements: the debt is in parts, each with its date. Let two weeks "
            "pass without paying, and the first part runs late."
        ),
        _moved(ObligationAct.MARK_OVERDUE),
        Act("unpaid", _("Two weeks pass, Chen pays nothing")),
    ),
    Step(
        "fall",
        _("Let Chen fall"),
        _(
            "Open Score on both phones. Then let the last hour go by: the agreement is broken, "
            "and both numbers move within a second."
        ),
        _fell,
        Act("breach", _("The last hour to pay goes by")),
    ),
    Step(
        "nudge",
        _("Change the rule"),
        _(
            "The open rulebook does not tell Ana who lowers her. Let one come into force that "
            "does, and look at her score."
        ),
        _nudged,
        Act(rules.NUDGING, _("Let the rulebook say who lowers you")),
    ),
    Step(
        "drop",
        _("Drop a friend"),
        _(
            "As Ana, open Your circle and end the contact with Chen, or with whoever lowers her. "
            "What it does to both stands in The whole chain, on both phones."
        ),
        _dropped,
    ),
    Step(
        "repair",
        _("Make it good"),
        _(
            "As Chen, open Agreements: it says what paying would give back. Top up 2,400.00, "
            "pay, and see his score."
        ),
        _made_good,
    ),
    Step(
        "appeal",
        _("Appeal"),
        _(
            "As Chen, open Score, Every change, and tap Appeal at his fall. Say what is wrong: "
            "until it is decided, the item counts for nothing."
        ),
        _appealed,
    ),
    Step(
        "undone",
        _("See it undone"),
        _(
            "Let an operator uphold it: the item is struck, the money comes back, and everybody "
            "touched is as before. Look at Your appeals under Score, on both phones."
        ),
        _undone,
        Act("uphold", _("An operator upholds it")),
    ),
)


ACTS: dict[str, Callable[[], object]] = {
    "minute": waiting.let_the_minute_go_by,
    "damage": rental.bring_back_damaged,
    "unpaid": rental.leave_unpaid,
    "breach": rental.break_agreement,
    rules.NUDGING: lambda: rules.put_in_force(rules.NUDGING),
    "uphold": waiting.uphold,
}


def act(name: str) -> None:
    """Let happen what a step's button promises; KeyError for a button that is not there.

    ZhimaError, with a sentence for the visitor, where the city does not let it happen.
    """
    ACTS[name]()
