"""Software from outside that asks a resident through OAuth 2: a partner's service, an app."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client

from zhima.city.consent.models import Partner

RETURN = "https://partner.example/back"


@dataclass
class PartnerSoftware:
    """A registered partner and what it keeps during one exchange."""

    partner: Partner
    secret: str
    way_back: str = RETURN
    api: str = "/api/partner/v1"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """The S256 challenge of its verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def request(self, *scopes: str, **more: str) -> dict[str, str]:
        """The parameters with which it sends somebody to the city."""
        return {
            "client_id": self.partner.client_id,
            "response_type": "code",
            "redirect_uri": self.way_back,
            "scope": " ".join(scopes),
            "state": "xyzzy",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **more,
        }

    def ask(self, phone: Client, *scopes: str, ticks: list[str], **more: str) -> dict[str, str]:
        """Send somebody, who ticks and allows; what comes back in the address."""
        asked = self.request(*scopes, **more)
        form = {**asked, "ticked": ticks, "days": "30", "allow": "true"}
        answer = phone.post("/oauth/authorize/", form)
        assert answer.status_code == 302, answer.content.decode()
        return {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}

    def exchange(self, code: str, **more: str) -> HttpResponse:
        """Give a code for tokens."""
        return self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.way_back,
            code_verifier=self.verifier,
            **more,
        )

    def token(self, **form: str) -> HttpResponse:
        """A request to the token endpoint in the partner's name."""
        keys = {"client_id": self.partner.client_id, "client_secret": self.secret}
        return Client().post("/oauth/token/", {**keys, **form})

    def get(self, path: str, token: str) -> HttpResponse:
        """Ask the city's API."""
        return Client().get(f"{self.api}{path}", headers={"authorization": f"Bearer {token}"})

    def post(self, path: str, token: str, body: object = None) -> HttpResponse:
        """Ask the city's API to do something."""
        headers = {"authorization": f"Bearer {token}"}
        return Client().post(
            f"{self.api}{path}", body or {}, content_type="application/json", headers=headers
        )


def register(name: str = "Heron Rentals", **asks: list[str]) -> PartnerSoftware:
    """A new partner; purposes that are doors are written `door__car`."""
    secret = secrets.token_urlsafe(32)
    partner = Partner.objects.create(
        name=name,
        redirect_uris=RETURN,
        client_type=Partner.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Partner.GRANT_AUTHORIZATION_CODE,
        client_secret=secret,
        asks={purpose.replace("__", ":"): fields for purpose, fields in asks.items()},
    )
    return PartnerSoftware(partner, secret)


def json_of(answer: HttpResponse) -> dict[str, Any]:
    """The body of an answer that is JSON."""
    return answer.json()  # type: ignore[attr-defined]
