"""Opening an account, then logging in with a password, a second step, and a passkey."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.city.phones import PHONE, needs_chromium

pytestmark = needs_chromium

PASSWORD = "nineteen green kites"


@pytest.fixture
def page(address, browser):
    context = browser.new_context(base_url=address, viewport=PHONE, locale="en-US")
    yield context.new_page()
    context.close()


def sign_up(page: Page, username: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Name that others see").fill("Somebody New")
    page.get_by_label("Log-in name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_text("Nothing moved yet")).to_be_visible()


def log_out(page: Page) -> None:
    page.goto("/me/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")


def log_in(page: Page, username: str) -> None:
    page.get_by_label("Log-in name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def show_that_it_is_you(page: Page) -> None:
    """Before the doors are changed, the password is asked for again."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def code(secret: str, at: float) -> str:
    """RFC 6238, six digits, thirty seconds."""
    moment = struct.pack(">Q", int(at) // 30)
    digest = hmac.new(base64.b32decode(secret), moment, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_a_password_and_a_second_step(page: Page) -> None:
    sign_up(page, "newcomer")
    page.goto("/account/2fa/totp/activate/")
    show_that_it_is_you(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret, time.time()))
    page.get_by_role("button", name="Activate").click()
    log_out(page)
    log_in(page, "newcomer")
    expect(page.get_by_text("protected by two-factor authentication")).to_be_visible()
    # A code counts once: the next one is the one of the coming half minute.
    page.get_by_label("Code").fill(code(secret, time.time() + 30))
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page.get_by_role("link", name="Me: Somebody New")).to_be_visible()


def test_a_passkey_instead_of_a_password(page: Page) -> None:
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_up(page, "keyholder")
    page.goto("/account/2fa/webauthn/add/")
    show_that_it_is_you(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("link", name="Me: Somebody New")).to_be_visible()


def test_a_weak_password_is_refused_with_the_reason(page: Page) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Name that others see").fill("Somebody New")
    page.get_by_label("Log-in name").fill("weak")
    page.get_by_label("Password", exact=True).fill("12345")
    page.get_by_label("Password (again)").fill("12345")
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_text("too short")).to_be_visible()
