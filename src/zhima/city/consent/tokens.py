"""Tokens never outlive the grants behind them."""

from __future__ import annotations

from uuid import UUID

from oauth2_provider.models import AccessToken, RefreshToken
from oauth2_provider.models import Grant as Code

from zhima.city import clock
from zhima.city.consent.models import Grant, Partner


def narrow(*, person_id: UUID, recipient: str) -> None:
    """Take from a client's tokens what is not granted any more; empty ones are deleted.

    Called in the transaction in which a grant changes.
    """
    kind, _colon, client_id = recipient.partition(":")
    if kind not in Partner.Kind.values:
        return
    live = live_purposes(person_id=person_id, recipient=recipient)
    mine = AccessToken.objects.filter(user_id=person_id, application__client_id=client_id)
    for token in mine.select_for_update():
        kept = [scope for scope in token.scope.split() if scope in live]
        if kept:
            token.scope = " ".join(kept)
            token.save(update_fields=["scope"])
        else:
            RefreshToken.objects.filter(access_token=token).delete()
            token.delete()
    if not live:
        kill(person_id=person_id, client_id=client_id)


def kill(*, person_id: UUID, client_id: str) -> None:
    """Delete every token that a client holds for a person."""
    for kind in (RefreshToken, AccessToken):
        kind.objects.filter(user_id=person_id, application__client_id=client_id).delete()


def kill_all(client: Partner) -> None:
    """Delete every token and every code of a client, whoever they are for."""
    for kind in (RefreshToken, AccessToken, Code):
        kind.objects.filter(application=client).delete()


def live_purposes(*, person_id: UUID, recipient: str) -> set[str]:
    """The purposes for which a recipient may use a person's data now."""
    now = clock.now()
    given = Grant.objects.filter(person_id=person_id, recipient=recipient, until__gt=now)
    return {grant.purpose for grant in given if grant.is_live(now)}
