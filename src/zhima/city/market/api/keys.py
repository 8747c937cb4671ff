"""Who speaks: the app for itself, or the app for one person; both with OAuth tokens of ours."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from oauth2_provider.models import AccessToken

from zhima.city.api.errors import ApiError
from zhima.city.consent import grants
from zhima.city.consent.bearer import ClientToken, need
from zhima.city.consent.models import Partner
from zhima.city.consent.oauth import subject
from zhima.city.market.models import App
from zhima.city.people.models import Person


class AppToken(ClientToken):
    """The app itself, by the client credentials grant; the app is then `request.auth`."""

    kind = Partner.Kind.APP
    of_person = False

    def authenticate(self, request: HttpRequest, token: str) -> App | None:
        """The published app whose token it is."""
        found = super().authenticate(request, token)
        return None if found is None else _app(found)


@dataclass(frozen=True, slots=True)
class Acting:
    """An app at work for one person, as far as she allows it."""

    app: App
    person: Person
    token: AccessToken

    @property
    def sub(self) -> str:
        """By which name the app knows her; another app has another."""
        return subject(person_id=self.person.pk, client_id=self.app.pk)

    def key(self, key: str) -> str:
        """The app's key of a wish, told apart from those of its other people."""
        return f"{self.sub[:8]}-{key}"

    def need(self, purpose: str) -> None:
        """403 unless the token is for it and the grant behind the token holds at this moment."""
        need(self.token, purpose)
        recipient = self.token.application.recipient
        if grants.live(person_id=self.person.pk, recipient=recipient, purpose=purpose) is None:
            raise ApiError(
                403,
                "no_consent",
                f"The person does not allow '{purpose}' any more.",
                field="Authorization",
                remedy="Ask the person for it at the authorisation endpoint.",
            )


class PersonToken(ClientToken):
    """The app for a person, by the authorisation code grant; `request.auth` is an `Acting`."""

    kind = Partner.Kind.APP

    def authenticate(self, request: HttpRequest, token: str) -> Acting | None:
        """The app and the person whose token it is."""
        found = super().authenticate(request, token)
        app = None if found is None else _app(found)
        return None if app is None else Acting(app, found.user, found)


def _app(token: AccessToken) -> App | None:
    found = App.objects.filter(pk=token.application.client_id, state=App.State.PUBLISHED)
    return found.first()
