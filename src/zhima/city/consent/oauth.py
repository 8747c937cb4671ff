"""OAuth 2 for partners and apps: scopes are purposes, subjects pseudonyms, a code is good once.

What the library does not know of: that a scope rests on a grant of the person, which may end, and
that a code shown twice takes back what the first showing gave.

The machine's clock: the library lets codes and tokens run out by it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from oauth2_provider.models import clear_expired
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from zhima.city.consent import signals, tokens
from zhima.city.consent.models import Partner, UsedCode
from zhima.city.consent.purposes import named, purpose

CODES_REMEMBERED = timedelta(days=1)


class TokenRefusal(StrEnum):
    """Why a partner's code or token was refused, where a person is concerned."""

    REPLAYED_CODE = "replayed_code"
    CODE_OF_ANOTHER = "code_of_another"
    WRONG_AUDIENCE = "wrong_audience"


class PurposeScopes(BaseScopes):
    """A partner's scopes are the purposes that it may ask for."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every purpose with its words; doors are known by whoever asks for one."""
        return _Words({name: str(purpose(name).word) for name in named()})

    def get_available_scopes(
        self, application: Partner | None = None, request: Any = None, *_: Any, **__: Any
    ) -> list[str]:
        """What this partner may ask people for; whoever speaks for itself has nothing of theirs."""
        as_itself = getattr(request, "grant_type", None) == "client_credentials"
        return [] if application is None or as_itself else list(application.asks)

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        """Nothing is asked for by itself."""
        return []


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        meant = purpose(name)
        return str(meant.word) if meant else name


def subject(*, person_id: UUID, client_id: str) -> str:
    """The person as one partner knows her: another name with every partner, always the same one."""
    digest = salted_hmac(
        "zhima.city.consent.subject",
        f"{client_id}:{person_id}",
        secret=settings.SECRET_KEY,
        algorithm="sha256",
    ).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class PartnerValidator(OAuth2Validator):
    """The library's rules, and ours."""

    def validate_code(
        self, client_id: str, code: str, client: Partner, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether a code is good; one shown twice takes back the tokens of its first showing."""
        if super().validate_code(client_id, code, client, request, *args, **kwargs):
            return bool(tokens.live_purposes(person_id=request.user.pk, recipient=client.recipient))
        used = UsedCode.objects.filter(digest=_digest(code)).select_related("partner").first()
        if used is not None:
            mine = used.partner_id == client.pk
            reason = TokenRefusal.REPLAYED_CODE if mine else TokenRefusal.CODE_OF_ANOTHER
            tokens.kill(person_id=used.person_id, client_id=used.partner.client_id)
            _refuse(used.person, client, reason)
        return False

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Use a code up, and remember that it was."""
        super().invalidate_authorization_code(client_id, code, request, *args, **kwargs)
        UsedCode.objects.create(
            digest=_digest(code), partner=request.client, person=request.user, at=timezone.now()
        )

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kw: Any) -> None:
        """Issue a token, with the name under which the partner knows the person."""
        super().save_bearer_token(token, request, *args, **kw)
        if request.user is not None:
            token["sub"] = subject(person_id=request.user.pk, client_id=request.client.client_id)

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Whether a token is good here; one made for another service is refused and told of."""
        if super().validate_bearer_token(token, scopes, request):
            return True
        found = self._load_access_token(token) if token else None
        if found is not None and found.is_valid(scopes) and found.resource:
            _refuse(found.user, found.application, TokenRefusal.WRONG_AUDIENCE)
        return False


def forget_used_codes() -> int:
    """Throw away codes that ran out long ago; how many there were."""
    old = UsedCode.objects.filter(at__lt=timezone.now() - CODES_REMEMBERED)
    return old.delete()[0]


def forget_old_tokens() -> None:
    """Throw away tokens and codes that ran out, but for those by which another still renews."""
    clear_expired()


def _refuse(person: Any, partner: Partner, reason: TokenRefusal) -> None:
    signals.refused.send(sender=Partner, person=person, partner=partner, reason=str(reason))


def _digest(code: str) -> str:
    return hmac.new(b"zhima-code", code.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
