"""A11 and G1 with partners: they ask through OAuth 2, the person answers, the reading is logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from tests.apps_from_outside import AppSoftware
from tests.apps_from_outside import published as from_outside
from tests.city_books import city, resident
from tests.city_phones import resident as resident_with_phone
from tests.oauth_partner import PartnerSoftware, json_of, register
from tests.scored import a_score, opt_in, published
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Grant, UsedCode
from zhima.city.consent.oauth import TokenRefusal, forget_old_tokens, forget_used_codes
from zhima.city.disclosure.feed import feed

pytestmark = pytest.mark.usefixtures("city")

__all__ = ["city"]
TICKS = ["profile band", "door:car outcome", "door:car deposit"]


@pytest.fixture
def ana() -> Iterator:
    with published() as scores:
        person = resident("Ana")
        opt_in(person)
        scores[person.pk] = a_score(660)
        yield person


@pytest.fixture
def phone(ana) -> Client:
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def heron() -> PartnerSoftware:
    return register(profile=["band", "score"], door__car=["outcome", "deposit"])


def allowed(heron: PartnerSoftware, phone: Client, ticks: list[str] = TICKS, **more: str) -> dict:
    code = heron.ask(phone, "profile", "door:car", ticks=ticks, **more)["code"]
    return json_of(heron.exchange(code))


def test_the_sheet_shows_what_is_asked_and_ticks_nothing(heron, phone) -> None:
    page = phone.get("/oauth/authorize/", heron.request("profile", "door:car"))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('type="checkbox"') == 4
    assert "Heron Rentals" in text
    ticked = [part for part in text.split("<input")[1:] if "checkbox" in part and "checked" in part]
    assert ticked == []
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://partner.example" in policy


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "https://evil.example;script-src * 'unsafe-inline'/x"]
)
def test_an_address_that_is_refused_stands_in_no_policy(heron, phone, address: str) -> None:
    asked = {**heron.request("profile"), "redirect_uri": address}
    page = phone.get("/oauth/authorize/", asked)
    assert page.status_code == 400
    assert "evil" not in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_what_is_ticked_is_given_and_can_be_read_and_nothing_else(heron, phone, ana) -> None:
    tokens = allowed(heron, phone)
    assert tokens["scope"] == "profile door:car"
    assert heron.get("/score?fields=band", tokens["access_token"]).json() == {
        "fields": {"band": "excellent"}
    }
    asked = json_of(heron.get("/doors/car", tokens["access_token"]))
    assert asked == {"outcome": "open", "deposit_fen": None}
    refused = heron.get("/score?fields=score", tokens["access_token"])
    assert (refused.status_code, json_of(refused)["error"]["code"]) == (403, "field_not_granted")
    assert "660" not in refused.content.decode()
    looks = feed(ana)
    assert [(look.purpose, look.refusal) for look in looks] == [
        ("profile", "field_not_granted"),
        ("door:car", ""),
        ("profile", ""),
    ]
    assert {look.reader_name for look in looks} == {"Heron Rentals"}


def test_only_what_was_ticked_becomes_a_scope(heron, phone) -> None:
    tokens = allowed(heron, phone, ticks=["profile band"])
    assert tokens["scope"] == "profile"
    refused = heron.get("/doors/car", tokens["access_token"])
    assert (refused.status_code, json_of(refused)["error"]["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("allow", ["true", ""])
def test_without_a_tick_or_with_a_no_nothing_is_given(heron, phone, allow: str) -> None:
    form = {**heron.request("profile"), "days": "30", "allow": allow}
    if not allow:
        form["ticked"] = ["profile band"]
    answer = phone.post("/oauth/authorize/", form)
    assert "error=access_denied" in answer["Location"]
    assert not Grant.objects.filter(recipient=heron.partner.recipient).exists()


def test_a_partner_knows_a_person_by_a_name_of_its_own(heron, phone, ana) -> None:
    other = register("Crane Hotels", profile=["band"])
    here = allowed(heron, phone)
    code = other.ask(phone, "profile", ticks=["profile band"])["code"]
    there = json_of(other.exchange(code))
    again = allowed(heron, phone)
    assert here["sub"] == again["sub"] != there["sub"]
    assert str(ana.pk) not in here["sub"]
    me = json_of(heron.get("/me", again["access_token"]))
    assert me["sub"] == here["sub"]
    assert {p["purpose"]: p["fields"] for p in me["permissions"]} == {
        "profile": ["band"],
        "door:car": ["deposit", "outcome"],
    }


def test_tokens_are_kept_as_digests(heron, phone) -> None:
    tokens = allowed(heron, phone)
    for kind, name in ((AccessToken, "access_token"), (RefreshToken, "refresh_token")):
        row = kind.objects.get()
        assert tokens[name] not in str(row.__dict__)


def test_revoking_kills_the_token(heron, phone, ana) -> None:
    tokens = allowed(heron, phone)
    first, second = Grant.objects.filter(recipient=heron.partner.recipient)
    grants.revoke(person=ana, grant_id=first.pk)
    assert heron.get("/me", tokens["access_token"]).status_code == 200
    left = AccessToken.objects.get().scope
    assert left == second.purpose
    grants.revoke(person=ana, grant_id=second.pk)
    assert heron.get("/me", tokens["access_token"]).status_code == 401
    refreshed = heron.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert json_of(refreshed)["error"] == "invalid_grant"


def test_the_end_of_a_grant_is_the_end_of_its_token(heron, phone) -> None:
    tokens = allowed(heron, phone)
    until = Grant.objects.filter(recipient=heron.partner.recipient).first().until
    with clock.pretending(clock.microseconds(until)):
        assert heron.get("/doors/car", tokens["access_token"]).status_code == 403
        grants.tell_what_ran_out()
    assert heron.get("/me", tokens["access_token"]).status_code == 401


def test_a_token_is_refreshed_and_the_old_one_is_over(heron, phone) -> None:
    tokens = allowed(heron, phone)
    fresh = json_of(heron.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]))
    assert heron.get("/me", fresh["access_token"]).status_code == 200
    replayed = heron.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert json_of(replayed)["error"] == "invalid_grant"
    assert heron.get("/me", fresh["access_token"]).status_code == 401, "the family is revoked"


def replayed(heron: PartnerSoftware, phone: Client) -> None:
    code = heron.ask(phone, "profile", ticks=["profile band"])["code"]
    tokens = json_of(heron.exchange(code))
    again = heron.exchange(code)
    assert (again.status_code, json_of(again)["error"]) == (400, "invalid_grant")
    assert heron.get("/me", tokens["access_token"]).status_code == 401


def of_another(heron: PartnerSoftware, phone: Client) -> None:
    code = heron.ask(phone, "profile", ticks=["profile band"])["code"]
    tokens = json_of(heron.exchange(code))
    thief = register("Magpie", profile=["band"])
    assert json_of(thief.exchange(code))["error"] == "invalid_grant"
    assert heron.get("/me", tokens["access_token"]).status_code == 401


def wrong_audience(heron: PartnerSoftware, phone: Client) -> None:
    elsewhere = "https://elsewhere.example/api"
    code = heron.ask(phone, "profile", ticks=["profile band"], resource=elsewhere)["code"]
    tokens = json_of(heron.exchange(code))
    assert heron.get("/me", tokens["access_token"]).status_code == 401


REFUSED = {
    TokenRefusal.REPLAYED_CODE: replayed,
    TokenRefusal.CODE_OF_ANOTHER: of_another,
    TokenRefusal.WRONG_AUDIENCE: wrong_audience,
}


@pytest.mark.parametrize("reason", TokenRefusal)
def test_stolen_codes_and_tokens_are_refused_and_told(heron, phone, ana, reason) -> None:
    REFUSED[reason](heron, phone)
    assert [look.refusal for look in feed(ana)] == [reason]


BAD_REQUESTS = {
    "no challenge": {"code_challenge": ""},
    "plain challenge": {"code_challenge_method": "plain"},
    "another way back": {"redirect_uri": "https://thief.example/back"},
    "another flow": {"response_type": "token"},
    "a purpose it may not ask for": {"scope": "badge"},
    "nobody": {"client_id": "nobody"},
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_bad_requests_get_no_sheet_and_no_code(heron, phone, case: str) -> None:
    asked = heron.request("profile", **BAD_REQUESTS[case])
    form = {**asked, "ticked": ["profile band"], "days": "30", "allow": "true"}
    for answer in (phone.get("/oauth/authorize/", asked), phone.post("/oauth/authorize/", form)):
        location = answer.headers.get("Location", "")
        assert "code=" not in location
        assert "thief" not in location
        assert answer.status_code in (302, 400, 422)
    assert not Grant.objects.filter(recipient=heron.partner.recipient).exists()


def test_a_wrong_verifier_gets_no_token(heron, phone) -> None:
    code = heron.ask(phone, "profile", ticks=["profile band"])["code"]
    heron.verifier = "x" * 64
    assert json_of(heron.exchange(code))["error"] == "invalid_grant"


def test_ticking_more_than_the_partner_may_ask_is_refused(heron, phone) -> None:
    form = {**heron.request("profile"), "ticked": ["profile interval"], "allow": "true"}
    answer = phone.post("/oauth/authorize/", {**form, "days": "30"})
    assert answer.status_code == 422
    assert not Grant.objects.filter(recipient=heron.partner.recipient).exists()


def test_tokens_that_ran_out_are_thrown_away_unless_they_can_be_renewed(heron, phone) -> None:
    tokens = allowed(heron, phone)
    kites = AppSoftware.of(*from_outside(resident_with_phone("Maker")))
    kites.for_itself()
    AccessToken.objects.update(expires=timezone.now())
    forget_old_tokens()
    assert not AccessToken.objects.filter(user=None).exists()
    again = heron.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert json_of(again)["scope"] == "profile door:car"


def test_used_codes_are_remembered_for_a_day_of_the_machine(heron, phone) -> None:
    allowed(heron, phone)
    later = clock.now() + timedelta(days=2)
    with clock.pretending(clock.microseconds(later)):
        assert forget_used_codes() == 0
    UsedCode.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    assert forget_used_codes() == 1
