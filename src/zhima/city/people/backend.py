"""Who a session belongs to, read by plain SQL: every request of everybody asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from zhima.city.people.models import Person

_FIELDS = [field.attname for field in Person._meta.concrete_fields]
_COLUMNS = ", ".join(f'"{field.column}"' for field in Person._meta.concrete_fields)
_BY_ID = f'SELECT {_COLUMNS} FROM "{Person._meta.db_table}" WHERE id = %s'


def _in_utc(value: Any) -> Any:
    # SQLite keeps moments without a zone; one of them saved again would move by hours.
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


class PersonBackend(AuthenticationBackend):
    """As allauth's, but for the way a person is read."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person, if they may still come in."""
        key = Person._meta.pk.to_python(user_id)
        with connection.cursor() as cursor:
            cursor.execute(_BY_ID, (key.hex,))
            row = cursor.fetchone()
        if row is None:
            return None
        values = [
            _in_utc(field.to_python(value))
            for field, value in zip(Person._meta.concrete_fields, row, strict=True)
        ]
        person = Person.from_db(connection.alias, _FIELDS, values)
        return person if self.user_can_authenticate(person) else None
