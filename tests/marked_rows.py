"""Rows about somebody in every table that can hold one, each with marks that nothing else has."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

from django.db import models

from tests.city_books import resident
from zhima.city import clock
from zhima.city.mydata import scope
from zhima.city.people.models import Person

_numbers = count(1)
_GIVEN: dict[str, dict[str, object]] = {
    # What a table asks of its rows.
    "api.endpoint": {"partner": ""},
    "oauth2_provider.grant": {"resource": []},
    "oauth2_provider.accesstoken": {"resource": []},
    "oauth2_provider.refreshtoken": {"resource": []},
    "obligations.obligation": {"state": "released"},
    "scoring.score": {"lines": [], "seq": 99},
}
_LATER = {"until", "expires", "expires_at", "closes_at", "sealed_until", "due_at"}


def mark() -> str:
    """Short enough for almost any column, and in no other text."""
    return f"mk{next(_numbers):05x}z"


class Planted:
    """What was planted for one person: marks by the table that holds them."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.marks: dict[str, set[str]] = {}
        self._others = count(1)

    def plant(self, model: type[models.Model], link: str) -> models.Model:
        """One row that leads to the person by one link."""
        return self._row(model, link, keep=True)

    def plant_by_text(self, label: str, model: type[models.Model], **text: str) -> models.Model:
        """One row that names the person by a text."""
        return self._row(model, "", keep=True, **text)

    def _row(
        self, model: type[models.Model], link: str, *, keep: bool, **given: object
    ) -> models.Model:
        marks: set[str] = set()
        first, _, rest = link.partition("__")
        values: dict[str, object] = {**_GIVEN.get(model._meta.label_lower, {}), **given}
        for field in model._meta.concrete_fields:
            if field.name in values or isinstance(field, models.AutoField):
                continue
            if field.name == first or field.attname == first:
                values[field.attname] = self._led_by(field, rest)
            elif field.is_relation:
                values[field.attname] = self._related(field)
            else:
                values[field.name] = self._value(field, marks)
        row = model(**_in_order(model, values))
        model._base_manager.bulk_create([row])
        if keep:
            self.marks.setdefault(model._meta.label_lower, set()).update(marks)
        return row

    def _led_by(self, field: models.Field, rest: str) -> object:
        if not rest:
            return self.person.pk
        if rest == "memberships__person":
            return self._conversation()
        return self._row(field.related_model, rest, keep=False).pk

    def _conversation(self) -> object:
        from zhima.city.chat.models import Conversation, Membership

        made = self._row(Conversation, "", keep=False)
        Membership.objects.create(conversation=made, person=self.person, joined_at=clock.now())
        return made.pk

    def _related(self, field: models.Field) -> object:
        if field.null:
            return None
        if field.related_model is Person:
            return resident(f"Other{uuid4().hex[:8]}").pk
        return self._row(field.related_model, "", keep=False).pk

    def _value(self, field: models.Field, marks: set[str]) -> object:
        if isinstance(field, models.UUIDField):
            return uuid4()
        if isinstance(field, models.BooleanField):
            return False
        if isinstance(field, models.DateTimeField):
            return clock.now() + timedelta(days=9 if field.name in _LATER else 0)
        if isinstance(field, models.DateField):
            return date(2026, 11, 25)
        if isinstance(field, models.JSONField):
            return {"said": self._mark(field, marks)}
        if isinstance(field, models.IntegerField | models.FloatField):
            return 1
        if isinstance(field, models.BinaryField):
            return b"1"
        if field.choices:
            return field.choices[0][0]
        return self._mark(field, marks)

    def _mark(self, field: models.Field, marks: set[str]) -> str:
        made = mark()
        if field.max_length is not None and field.max_length < len(made):
            return made[-field.max_length :]
        if field.name not in scope.HIDDEN_FIELDS:
            marks.add(made)
        return made


def _in_order(model: type[models.Model], values: dict[str, object]) -> dict[str, object]:
    """The two of a tie stand in one order."""
    if model._meta.label_lower != "people.tie":
        return values
    low, high = sorted((values["low_id"], values["high_id"]), key=str)
    return {**values, "low_id": low, "high_id": high, "ended_at": clock.now()}
