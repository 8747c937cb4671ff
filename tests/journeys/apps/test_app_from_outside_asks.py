"""A11 with an app from outside: the sheet, the code, the tokens, and each way in which they end.

The app is the one under `examples/`, in its own process and with its own HTTP client; where it is
honest by construction, software that is not plays its part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.views import TokenView

from tests.apps_from_outside import BOOK, HOURS, MANIFEST, PAY, AppSoftware, published, running
from tests.city_phones import Phone, resident
from tests.oauth_partner import json_of
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.consent.oauth import TokenRefusal
from zhima.city.disclosure.feed import feed
from zhima.city.market.models import Booking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]
EVIDENCE = [f"agreements booking.{end}" for end in ("made", "kept", "missed")]


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Seen:
    """What a browser got from the app."""

    status: int
    text: str
    onward: str


class Browser:
    """A person's browser: at the app without her log-in, at the city with it."""

    def __init__(self, phone: Phone, address: str) -> None:
        self.phone, self.address = phone, address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay())

    def opens(self, path: str = "/", **form: str) -> Seen:
        """A page of the app, or a form sent to it; redirects are looked at, not followed."""
        sent = urlencode(form).encode() if form else None
        address = path if path.startswith("http") else f"{self.address}{path}"
        try:
            with self._opener.open(Request(address, sent)) as answer:
                return Seen(answer.status, answer.read().decode(), "")
        except HTTPError as answer:
            return Seen(answer.code, answer.read().decode(), answer.headers.get("location", ""))

    def sent_to_the_sheet(self) -> dict[str, str]:
        """Where the app sends somebody who has not been here: what it asks the city."""
        seen = self.opens("/")
        assert seen.status == 303, seen
        assert urlsplit(seen.onward).path == "/oauth/authorize/"
        asked = {k: v[0] for k, v in parse_qs(urlsplit(seen.onward).query).items()}
        assert self.phone.client.get("/oauth/authorize/", asked).status_code == 200
        return asked

    def answers(self, *ticks: str) -> Seen:
        """Go through the sheet, with these ticks or with none, and back to the app."""
        form = {**self.sent_to_the_sheet(), "ticked": list(ticks), "days": "30", "allow": "true"}
        back = self.phone.client.post("/oauth/authorize/", form)["Location"]
        assert back.startswith(f"{self.address}/back?"), back
        return self.opens(back)

    def books(self) -> Seen:
        """Take the first time of tomorrow."""
        day = timezone.localdate(clock.now()) + timedelta(days=1)
        shown = self.opens(f"/?day={day}").text
        found = re.search(r'name="slot" value="(\d+)">.*?value="(\w+)"', shown)
        assert found, shown
        return self.opens("/book", slot=found[1], key=found[2])


@pytest.fixture
def kites() -> AppSoftware:
    return AppSoftware.of(*published(resident("Maker")))


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=20_00)


@pytest.fixture
def browser(live_server: Any, kites: AppSoftware, ana: Phone) -> Iterator[Browser]:
    with running(live_server.url, kites.secret) as address:
        yield Browser(ana, address)


def test_the_app_asks_books_pays_cancels_and_leaves(browser: Browser, ana: Phone) -> None:
    came_back = browser.answers(BOOK, PAY, *EVIDENCE)
    assert (came_back.status, came_back.onward) == (303, "/")
    assert "<h1>booked</h1>" in browser.books().text
    booking = Booking.objects.get()
    assert (ana.balance_fen, booking.state) == (12_00, "booked")
    assert "<h1>cancelled</h1>" in browser.opens("/cancel", booking=booking.pk).text
    assert ana.balance_fen == 20_00
    assert "Good bye" in browser.opens("/leave", now="yes").text
    assert not AccessToken.objects.filter(user=ana.person).exists()
    browser.sent_to_the_sheet()
    assert Browser(ana, browser.address).opens("/book", slot="1", key="x").status == 400


def test_who_allows_nothing_is_told_so_and_nothing_is_given(browser: Browser, ana: Phone) -> None:
    refused = browser.answers()
    assert (refused.status, "You allowed nothing" in refused.text) == (200, True)
    assert not Grant.objects.filter(person=ana.person).exists()
    assert not AccessToken.objects.filter(user=ana.person).exists()


def test_an_answer_to_a_visit_that_was_not_begun_is_refused(browser: Browser) -> None:
    assert browser.opens("/back?code=stolen&state=guessed").status == 409


def test_what_was_not_ticked_the_app_cannot_do(browser: Browser, ana: Phone) -> None:
    browser.answers(BOOK, *EVIDENCE)
    refused = browser.books()
    assert refused.status == 409
    assert "act:pay" in refused.text
    assert (ana.balance_fen, Booking.objects.count()) == (20_00, 0)


def test_when_consent_ends_the_app_is_out_and_may_ask_again(browser: Browser, ana: Phone) -> None:
    browser.answers(BOOK, PAY)
    assert "A dragon kite" in browser.opens("/").text
    paying = Grant.objects.get(person=ana.person, purpose="act:pay")
    assert ana.post("consent:revoke", paying.pk).status == 200
    assert "act:pay" in browser.books().text, "the rest of the token goes on"
    ana.post("consent:revoke", Grant.objects.get(person=ana.person, purpose="act:book").pk)
    assert browser.opens("/").status == 303
    browser.answers(BOOK, PAY)
    assert "<h1>booked</h1>" in browser.books().text


def test_a_token_that_ran_out_is_renewed_by_the_app(
    settings: Any, monkeypatch: pytest.MonkeyPatch, browser: Browser, ana: Phone
) -> None:
    # Shorter than the minute before the end at which the app's library asks for a new one.
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ACCESS_TOKEN_EXPIRE_SECONDS": 30}
    # The library keeps the settings of its first request.
    monkeypatch.setattr(TokenView, "get_oauthlib_core", staticmethod(get_oauthlib_core))
    browser.answers(BOOK, PAY)
    (first,) = AccessToken.objects.filter(user=ana.person).values_list("pk", flat=True)
    assert "<h1>booked</h1>" in browser.books().text
    assert first not in AccessToken.objects.filter(user=ana.person).values_list("pk", flat=True)


def test_a_token_that_ran_out_is_worth_nothing(kites: AppSoftware, ana: Phone) -> None:
    token = kites.for_person(ana, BOOK)
    assert kites.get("/person/me", token).status_code == 200
    AccessToken.objects.filter(user=ana.person).update(expires=timezone.now())
    assert kites.get("/person/me", token).status_code == 401


def test_a_grant_that_ran_out_is_worth_nothing_at_once(kites: AppSoftware, ana: Phone) -> None:
    token = kites.for_person(ana, BOOK)
    until = Grant.objects.get(person=ana.person).until
    with clock.pretending(clock.microseconds(until)):
        answer = kites.post("/person/bookings/" + "0" * 20 + "/cancel", token)
        assert (answer.status_code, json_of(answer)["error"]["code"]) == (403, "no_consent")
        grants.tell_what_ran_out()
        assert kites.get("/person/me", token).status_code == 401


def test_a_wrong_verifier_gets_no_token(kites: AppSoftware, ana: Phone) -> None:
    code = kites.ask(ana.client, "act:book", ticks=[BOOK])["code"]
    kites.verifier = "x" * 64
    assert json_of(kites.exchange(code))["error"] == "invalid_grant"
    assert not AccessToken.objects.filter(user=ana.person).exists()


def test_a_code_shown_twice_takes_back_what_it_gave(kites: AppSoftware, ana: Phone) -> None:
    code = kites.ask(ana.client, "act:book", ticks=[BOOK])["code"]
    token = json_of(kites.exchange(code))["access_token"]
    assert json_of(kites.exchange(code))["error"] == "invalid_grant"
    assert kites.get("/person/me", token).status_code == 401
    assert [(look.reader_name, look.refusal) for look in feed(ana.person)] == [
        ("Kites", TokenRefusal.REPLAYED_CODE)
    ]


def test_a_code_is_good_for_the_app_that_asked(kites: AppSoftware, ana: Phone) -> None:
    text = MANIFEST.replace("id: kites", "id: boats")
    boats = AppSoftware.of(*published(resident("Other"), text))
    boats.verifier = kites.verifier
    code = kites.ask(ana.client, "act:book", ticks=[BOOK])["code"]
    assert json_of(boats.exchange(code))["error"] == "invalid_grant"


WRONG = {
    "a foreign way back": {"redirect_uri": "https://thief.example/back"},
    "another path there": {"redirect_uri": "http://127.0.0.1:8700/elsewhere"},
    "no proof": {"code_challenge": ""},
    "weak proof": {"code_challenge_method": "plain"},
    "a purpose that it did not declare": {"scope": "act:agree"},
    "a purpose of partners": {"scope": "profile"},
}


@pytest.mark.parametrize("case", WRONG)
def test_a_request_that_the_manifest_does_not_cover_gets_no_code(
    kites: AppSoftware, ana: Phone, case: str
) -> None:
    asked = kites.request("act:book", **WRONG[case])
    form = {**asked, "ticked": [BOOK], "days": "30", "allow": "true"}
    for answer in (
        ana.client.get("/oauth/authorize/", asked),
        ana.client.post("/oauth/authorize/", form),
    ):
        location = answer.headers.get("Location", "")
        assert answer.status_code in (302, 400, 422)
        assert "code=" not in location
        assert "thief" not in location
    assert not Grant.objects.filter(person=ana.person).exists()


def test_revoking_takes_back_the_evidence_too(kites: AppSoftware, ana: Phone) -> None:
    token = kites.for_person(ana, HOURS, BOOK)
    ana.post("consent:revoke", Grant.objects.get(person=ana.person, purpose="agreements").pk)
    event = {"event_id": "event-0001", "kind": "hours.given"}
    sent = {**event, "occurred_at": clock.now().isoformat()}
    refused = json_of(kites.post("/person/evidence", token, sent))
    assert refused["error"]["code"] == "insufficient_scope"
