"""A person's session with an outside app: begun on the consent sheet, scoped, ended at any time.

The sheet sends a one-time code; the app exchanges it, with its own secret, for a token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db import transaction

from zhima.city.clock import now
from zhima.city.market.models import App, AppSession
from zhima.city.market.shelf import digest_of
from zhima.city.pay.secret_keys import key_for
from zhima.city.people.models import Person

SCOPES = ("bookings", "payments", "agreements", "evidence")
"""What a session may let the app do for the person. Evidence needs consent beside it."""
CODE_LIFE = timedelta(minutes=2)
LIFE = timedelta(days=30)


def begin(app: App, person: Person, scopes: set[str]) -> str:
    """A new session and its one-time code."""
    code = f"zc_{secrets.token_urlsafe(24)}"
    at = now()
    AppSession.objects.create(
        app=app,
        person=person,
        subject=subject_of(app, person),
        scopes=[scope for scope in SCOPES if scope in scopes],
        code_digest=digest_of(code),
        given_at=at,
        until=at + LIFE,
    )
    return code


def exchange(app: App, code: str) -> tuple[str, AppSession] | None:
    """The token of a code, once, soon, and for the app that it was given to; None otherwise."""
    with transaction.atomic():
        found = AppSession.objects.select_for_update(of=("self",)).filter(
            app=app, code_digest=digest_of(code), revoked_at=None, token_digest=""
        )
        session = found.filter(given_at__gte=now() - CODE_LIFE).first()
        if session is None:
            return None
        token = f"zs_{secrets.token_urlsafe(32)}"
        session.code_digest, session.token_digest = "", digest_of(token)
        session.save(update_fields=["code_digest", "token_digest"])
    return token, session


def session_of(token: str) -> AppSession | None:
    """The live session behind a token."""
    found = AppSession.objects.select_related("app", "person").filter(
        token_digest=digest_of(token), revoked_at=None, until__gt=now()
    )
    return found.filter(app__state=App.State.PUBLISHED).first()


def subject_of(app: App, person: Person) -> str:
    """By what name an app knows a person: two apps cannot tell that it is the same one."""
    told = f"{app.pk}\x1f{person.pk.hex}".encode()
    return hmac.digest(key_for("app-subjects"), told, hashlib.sha256).hex()[:32]
