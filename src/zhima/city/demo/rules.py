"""Trying another rulebook in the demo: the open one, the one that nudges, the original as reported.

A city in production changes its rulebook by draft, dry run and two approvals. The demo has nobody
to approve, and shows in a minute what a change does to everybody.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ruamel.yaml import YAML

from zhima.city import clock
from zhima.city.language import in_both
from zhima.city.scoring import policy, waking
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.kinds import ZhimaError
from zhima.engine.rulebook.load import SHIPPED

NUDGING = "open-nudge"
CHOICES: dict[str, str | Promise] = {
    "open": _("Open rulebook"),
    NUDGING: _("Open rulebook that says who lowers you"),
    "zhima-2018": _("As reported of the original"),
    "gdpr": _("European rulebook"),
}


def in_force() -> str:
    """Which of the choices is in force."""
    return Path(policy.name_in_force(clock.now())).stem


def since() -> datetime:
    """From when what is in force is so; the beginning of time where nothing was adopted."""
    states = RulebookInForce.State
    newest = RulebookInForce.objects.filter(state=states.IN_FORCE, since__lte=clock.now())
    found = newest.order_by("-since").values_list("since", flat=True).first()
    return found or clock.moment(0)


def put_in_force(choice: str) -> None:
    """Retire the rulebook in force and put another in its place, from now on."""
    if choice not in CHOICES:
        raise ZhimaError(f"no rulebook {choice!r} to try; there are {', '.join(CHOICES)}")
    now, states = clock.now(), RulebookInForce.State
    name = str(_nudging()) if choice == NUDGING else choice
    with transaction.atomic():
        RulebookInForce.objects.filter(state=states.IN_FORCE).update(
            state=states.RETIRED, until=now
        )
        RulebookInForce.objects.create(name=name, state=states.IN_FORCE, drafted_at=now, since=now)
        waking.after_commit()


def _nudging() -> Path:
    """The open rulebook with one parameter changed, as a file in the data folder."""
    path = Path(settings.HOME) / "rulebooks" / f"{NUDGING}.yaml"
    if not path.is_file():
        yaml = YAML()
        document = yaml.load((SHIPPED / "open.yaml").read_text(encoding="utf-8"))
        document["id"] = NUDGING
        document["title"] = in_both(CHOICES[NUDGING])
        nudge = document["friends"]["nudge"]
        nudge["values"] = dict.fromkeys(nudge["values"], True)
        document["catalogue"] = str(SHIPPED / document["catalogue"])
        cards = document["card"]["values"]
        for day in cards:
            cards[day] = str(SHIPPED / cards[day])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(document, stream)
    return path
