"""Sessions in the database, read by plain SQL: every request of everybody starts with it.

The machine's clock: the cookie in the browser ends by it as well, and nobody is logged out because
the city's time was stepped.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
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


class Sessions(SessionMiddleware):
    """As Django's own, but for looks: what a page fetches by itself to keep a part of it fresh.

    A look may be on its way while its reader logs in or out. Its answer comes after that, and must
    not undo it: it sets and deletes no cookie, and where it has nothing for the reader of now,
    neither an error nor the log-in takes the place of what the page shows.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep the session; of a look, keep its hands off the browser's."""
        if not _is_look(request):
            return super().process_response(request, response)
        sent = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if sent != request.session.session_key or _asks_to_log_in(response):
            return HttpResponse(status=204)
        try:
            response = super().process_response(request, response) if sent else response
        except SessionInterrupted:
            return HttpResponse(status=204)
        response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        if response.status_code >= 400:
            response["HX-Reswap"] = "none"
        return response


def _is_look(request: HttpRequest) -> bool:
    return request.method == "GET" and "HX-Request" in request.headers


def _asks_to_log_in(response: HttpResponseBase) -> bool:
    return response.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))
