"""A password alone does not open the office."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tests.city_books import resident
from zhima.city.console.second_step import AT_WORK
from zhima.city.people.models import Person

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def rui(settings) -> Person:
    settings.DEMO = False
    person = resident("Rui")
    person.is_staff = person.is_superuser = True
    person.save()
    return person


@pytest.mark.parametrize("path", AT_WORK)
def test_without_a_second_step_nobody_works_on_others(rui: Person, client, path: str) -> None:
    client.force_login(rui)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    assert client.get("/").status_code == 200, "the wallet is her own"
    TOTP.activate(rui, generate_totp_secret())
    assert client.get(path).status_code == 200


def test_the_demo_has_no_passwords_and_asks_for_none(rui: Person, client, settings) -> None:
    settings.DEMO = True
    client.force_login(rui)
    assert client.get("/office/").status_code == 200


def test_the_office_has_no_log_in_of_its_own(rui: Person, client) -> None:
    form = {"username": "rui", "password": "correct horse battery"}
    for answer in (client.get("/office/login/"), client.post("/office/login/", form)):
        assert answer["Location"].startswith("/account/login/")
    assert client.get("/office/", follow=True).redirect_chain[-1][0].startswith("/account/login/")
