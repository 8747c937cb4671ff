"""Who speaks: the app itself with its secret, or the app for one person with a session's token."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from zhima.city.api.errors import ApiError
from zhima.city.market.models import App, AppSession
from zhima.city.market.sessions import session_of
from zhima.city.market.shelf import digest_of

SECRET, TOKEN = "za_", "zs_"


class AppSecret(HttpBearer):
    """`Authorization: Bearer za_...`; the app is then `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> App | None:
        """The published app whose secret it is."""
        if not token.startswith(SECRET):
            return None
        return App.objects.filter(secret_digest=digest_of(token), state=App.State.PUBLISHED).first()


class PersonToken(HttpBearer):
    """`Authorization: Bearer zs_...`; the session is then `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> AppSession | None:
        """The live session whose token it is."""
        return session_of(token) if token.startswith(TOKEN) else None


def require_scope(session: AppSession, scope: str) -> None:
    """403 when the person did not allow it."""
    if scope not in session.scopes:
        raise ApiError(
            403,
            "scope_missing",
            f"The person did not allow '{scope}' in this session.",
            field="Authorization",
            remedy="Send the person to the app's sheet again and ask for it.",
        )
