"""The life map: everything the apps reported about a person, when, why, and who read the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.consent.names import recipient_word
from zhima.city.consent.purposes import purpose as purpose_named
from zhima.city.disclosure import own
from zhima.city.people.models import Person
from zhima.city.score.evidence import Item, item

APP = "app:"
SHOWN_AN_APP = 8


@dataclass(frozen=True, slots=True)
class Permission:
    """A live grant of one app, to be withdrawn."""

    grant_id: UUID
    what_for: str
    until: datetime


@dataclass(slots=True)
class AppOnMap:
    """One app's part of a life."""

    id: str
    name: str
    items: list[Item] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)

    @property
    def latest(self) -> list[Item]:
        """The newest few."""
        return self.items[:SHOWN_AN_APP]

    @property
    def rest(self) -> int:
        """How many more there are."""
        return max(len(self.items) - SHOWN_AN_APP, 0)

    @property
    def counts(self) -> bool:
        """Whether what it reported counts: without a live permission nothing of it does."""
        return bool(self.permissions)


def life_map(person: Person) -> list[AppOnMap]:
    """Every app that reported something or may, the one with the newest item first."""
    found: dict[str, AppOnMap] = {}
    aside = own.set_aside(person)
    for event in own.evidence(person):
        found.setdefault(event.app, AppOnMap(event.app, app_name(event.app))).items.append(
            item(event, aside)
        )
    for app_id, permissions in _permissions(grants.of_person(person)).items():
        app = found.setdefault(app_id, AppOnMap(app_id, app_name(app_id)))
        app.permissions.extend(permissions)
    return list(found.values())


def _permissions(given: Iterable[Grant]) -> dict[str, list[Permission]]:
    """Live grants by which apps report evidence."""
    now = clock.now()
    found: dict[str, list[Permission]] = defaultdict(list)
    for grant in given:
        purpose = purpose_named(grant.purpose)
        reports = purpose is not None and purpose.is_evidence
        if reports and grant.recipient.startswith(APP) and grant.is_live(now):
            permission = Permission(grant.pk, str(purpose.word), grant.until)
            found[grant.recipient.removeprefix(APP)].append(permission)
    return found


def app_name(app_id: str) -> str:
    """The name of an app, as everywhere permissions are shown."""
    return recipient_word(f"{APP}{app_id}")
