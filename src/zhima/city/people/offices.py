"""Offices: work on others that only somebody who was appointed does."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission

from zhima.city.people.models import Person

_IN_CONSOLE: set[str] = set()
"""Groups of those whose work opens the operators' pages."""


@dataclass(frozen=True, slots=True)
class Office:
    """A group of people and the one permission that it carries."""

    group: str
    permission: str
    """`app_label.codename`"""
    is_in_console: bool = False
    """Whether the work is done on the operators' pages, which only staff can open."""

    def __post_init__(self) -> None:
        if self.is_in_console:
            _IN_CONSOLE.add(self.group)

    def appoint(self, person: Person) -> None:
        """Let somebody do this work."""
        group, fresh = Group.objects.get_or_create(name=self.group)
        if fresh:
            app, codename = self.permission.split(".")
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
        person.groups.add(group)
        if self.is_in_console and not person.is_staff:
            person.is_staff = True
            person.save(update_fields=["is_staff"])

    def dismiss(self, person: Person) -> None:
        """Let somebody do it no longer; the pages of operators stay open to those with others."""
        person.groups.remove(*Group.objects.filter(name=self.group))
        others = person.groups.filter(name__in=_IN_CONSOLE).exists()
        if self.is_in_console and not (others or person.is_superuser):
            person.is_staff = False
            person.save(update_fields=["is_staff"])

    def is_held_by(self, person: Person) -> bool:
        """Whether somebody may do this work now."""
        return person.is_active and person.has_perm(self.permission)
