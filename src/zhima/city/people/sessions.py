"""Sessions in the database, read by plain SQL: every request of everybody starts with it.

The machine's clock: the cookie in the browser ends by it as well, and nobody is logged out because
the city's time was stepped.
"""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

_VALID = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseSessions):
    """As Django's own, but for the way a session is read."""

    def _get_session_from_db(self) -> Session | None:
        moment = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_VALID, (self.session_key, moment))
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        return Session(session_key=self.session_key, session_data=row[0])

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Django's own table."""
        return Session
