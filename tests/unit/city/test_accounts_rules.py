"""Passwords and sessions: what is allowed, how it is kept, and what no log repeats."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.city_books import resident
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")
OLD, NEW = "correct horse battery", "eleven lamps in a row"


@pytest.mark.parametrize("fine", ["twelve chars", "芝" * 12, "🥠🥠🥠 and spaces", "x7" * 64])
def test_any_sign_may_stand_in_a_password(fine: str) -> None:
    validate_password(fine)
    person = resident("Nour")
    person.set_password(fine)
    assert person.check_password(fine)
    assert not person.check_password(fine[:-1]), "nothing is cut off"


@pytest.mark.parametrize(
    "bad", ["eleven char", "x7" * 64 + "x", "123456789012", "passwordpassword"]
)
def test_what_is_too_short_too_long_or_known_is_refused(bad: str) -> None:
    known = "password1234" if bad.startswith("pass") else bad
    with pytest.raises(ValidationError):
        validate_password(known)


def test_the_hash_is_slow_and_salted(settings: object) -> None:
    from django.conf import global_settings

    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    first, second = make_password(NEW), make_password(NEW)
    assert first != second
    hasher = identify_hasher(first)
    assert isinstance(hasher, PBKDF2PasswordHasher)
    assert hasher.iterations >= 310_000
    assert len(first.split("$")[2]) * 5 >= 100, "bits of salt"


def test_changing_asks_for_the_old_one_and_pasting_is_let_be() -> None:
    resident("Nour")
    client = Client()
    client.post("/account/login/", {"login": "nour", "password": OLD})
    page = client.get("/account/password/change/").content.decode()
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in page
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    client.post("/account/password/change/", form)
    assert Person.objects.get(username="nour").check_password(OLD)
    client.post("/account/password/change/", {**form, "oldpassword": OLD})
    assert Person.objects.get(username="nour").check_password(NEW)


def test_logging_out_ends_the_session_for_whoever_kept_its_cookie() -> None:
    resident("Nour")
    client, thief = Client(), Client()
    client.post("/account/login/", {"login": "nour", "password": OLD})
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get("/").status_code == 200
    client.post("/account/logout/")
    assert thief.get("/").status_code == 302


def test_no_log_repeats_a_password_or_a_session(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    resident("Nour")
    client = Client()
    client.post("/account/login/", {"login": "nour", "password": "a wrong guess of mine"})
    client.post("/account/login/", {"login": "nour", "password": OLD})
    client.get("/nowhere/?token=abc")
    said = caplog.text
    assert OLD not in said
    assert "a wrong guess" not in said
    assert client.cookies[settings.SESSION_COOKIE_NAME].value not in said
