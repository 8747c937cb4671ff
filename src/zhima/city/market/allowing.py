"""What a person lets an app do: evidence in, answers of doors out. Nothing is ticked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise

from zhima.city.clock import now
from zhima.city.consent import grants
from zhima.city.consent.purposes import purpose as purpose_named
from zhima.city.doors import sharing
from zhima.city.language import told
from zhima.city.market import benefits
from zhima.city.market.models import App
from zhima.city.people.models import Person
from zhima.city.scoring import policy
from zhima.engine.events.vocabulary import KINDS

HOLDS_FOR = timedelta(days=365)
SOURCE = "app sheet"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that an app asks for, as its consent sheet shows it."""

    purpose: str
    word: str
    fields: tuple[str, ...]
    meanings: tuple[tuple[str, str], ...]
    """Of each field, in English and Chinese; none for doors."""
    given: bool
    benefit: str | Promise = ""
    """What of her the city looks at to give a benefit; empty for what the app itself does."""


def recipient(app_id: str) -> str:
    """Under which name people grant an app something."""
    return f"app:{app_id}"


def asks(app: App, person: Person) -> list[Ask]:
    """Everything that the app's manifest asks for, and what the person has given of it."""
    wanted = app.manifest.asks()
    own = [_ask(app, person, name, tuple(fields)) for name, fields in wanted.items()]
    return own + [_benefit(each) for each in sharing.of_person(person, benefits.purposes(app))]


def has_been_asked(app: App, person: Person) -> bool:
    """Whether the person has seen the sheet: gave something, or said no to all of it."""
    given = grants.of_person(person).filter(recipient=recipient(app.pk))
    return given.exists()


def may_ask(app: App, person: Person, door_id: str) -> bool:
    """Whether the person lets the app ask a door about her at this moment."""
    live = grants.live(person_id=person.pk, recipient=recipient(app.pk), purpose=f"door:{door_id}")
    return live is not None


def allow(app: App, person: Person, chosen: set[str]) -> None:
    """Give exactly what was ticked, and end what no longer is."""
    for ask in asks(app, person):
        if ask.benefit:
            if (ask.purpose in chosen) != ask.given:
                sharing.toggle(person, ask.purpose)
        elif ask.purpose in chosen and not ask.given:
            grants.give(
                person=person,
                recipient=recipient(app.pk),
                purpose=ask.purpose,
                fields=ask.fields,
                until=now() + HOLDS_FOR,
                source=SOURCE,
            )
        elif ask.purpose not in chosen and ask.given:
            grant = grants.live(
                person_id=person.pk, recipient=recipient(app.pk), purpose=ask.purpose
            )
            if grant is not None:
                grants.revoke(person=person, grant_id=grant.pk)


def _benefit(shared: sharing.Sharing) -> Ask:
    return Ask(shared.purpose, str(shared.words), (), (), shared.is_on, benefit=shared.under)


def _ask(app: App, person: Person, name: str, fields: tuple[str, ...]) -> Ask:
    kinds = [KINDS[field] for field in fields if field in KINDS]
    meanings = tuple((kind.meaning.en, kind.meaning.zh) for kind in kinds)
    live = grants.live(person_id=person.pk, recipient=recipient(app.pk), purpose=name)
    return Ask(name, _word(name), fields, meanings, given=live is not None)


def _word(name: str) -> str:
    """A purpose, or what a door is called by the rulebook in force."""
    what, _, door_id = name.partition(":")
    if what == "door":
        doors = policy.in_force(now()).rulebook.rules.doors
        titles = {door.id: door.title for door in doors}
        if door_id in titles:
            return told(titles[door_id])
    known = purpose_named(name)
    return str(known.word) if known else name
