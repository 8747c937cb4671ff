"""Disclosure: readings, the log of them, and who looked."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.functional import Promise, lazy

from zhima.city.language import InBoth, told


class DisclosureConfig(AppConfig):
    """The app."""

    name = "zhima.city.disclosure"

    def ready(self) -> None:
        """Entries that were left waiting get their places, and the files their entries."""
        from zhima.city.consent.signals import refused
        from zhima.city.disclosure.publishing import publish_default
        from zhima.city.disclosure.reading import log_refused_token

        self.chores = (publish_default,)
        refused.connect(log_refused_token)

    def door_words(self) -> dict[str, Promise]:
        """The doors of the rulebook in force, in the reader's language."""
        from zhima.city import clock
        from zhima.city.scoring import policy

        doors = policy.in_force(clock.now()).rulebook.rules.doors
        return {door.id: _lazily(door.title) for door in doors}


def _lazily(text: InBoth) -> Promise:
    return lazy(lambda: told(text), str)()
