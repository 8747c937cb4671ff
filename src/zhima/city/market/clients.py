"""Outside apps as OAuth clients: known by their own id, open while they are published."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from oauth2_provider.generators import generate_client_secret

from zhima.city.consent import tokens
from zhima.city.consent.models import Partner
from zhima.city.market.manifest import Manifest
from zhima.city.market.models import App
from zhima.engine.kinds import ZhimaError


def register(app: App) -> None:
    """Let the authorisation endpoint know what the manifest says; closing an app ends its tokens.

    ZhimaError when people may not be sent back to where the manifest says.
    """
    manifest = app.manifest
    client = Partner.objects.filter(client_id=app.pk).first() or Partner(client_id=app.pk)
    client.kind, client.is_open = Partner.Kind.APP, app.state == App.State.PUBLISHED
    client.name, client.about = manifest.name.en, manifest.about.en
    client.redirect_uris = " ".join(manifest.redirect_uris)
    client.asks = manifest.asks() | manifest.acts()
    client.client_type = Partner.CLIENT_CONFIDENTIAL
    client.authorization_grant_type = Partner.GRANT_AUTHORIZATION_CODE
    client.skip_authorization = False
    if app.state not in (App.State.REJECTED, App.State.WITHDRAWN):
        _require_sound(client)
    client.save()
    if not client.is_open:
        tokens.kill_all(client)


def new_secret(app: App) -> str:
    """A secret by which the app's own process is known; shown once, the old one ends."""
    secret: str = generate_client_secret()
    client = Partner.objects.filter(client_id=app.pk).first()
    if client is None:
        raise ZhimaError("submit the manifest again: it must say its `redirect_uris`")
    client.client_secret = secret
    client.save(update_fields=["client_secret"])
    tokens.kill_all(client)
    return secret


def require_way_back(manifest: Manifest) -> None:
    """ZhimaError for an outside app that says not where it lives, or where people come back to."""
    if not manifest.url:
        raise ZhimaError("manifest.yaml:1: an outside app says its `url`")
    if not manifest.redirect_uris:
        raise ZhimaError("manifest.yaml:1: an outside app says its `redirect_uris`")


def _require_sound(client: Partner) -> None:
    try:
        client.clean()
    except ValidationError as error:
        said = "; ".join(error.messages)
        raise ZhimaError(f"manifest.yaml:1: redirect_uris: {said}") from None
