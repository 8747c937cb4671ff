"""Headers, cookies, limits, secrets: what stands between the city and the world."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from tests.city_books import resident
from zhima.city.secret import demo_secret

PRODUCTION = {
    "ZHIMA_MODE": "production",
    "ZHIMA_HOSTS": "city.example",
    "ZHIMA_SECRET_KEY": "k" * 8,
}


def manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhima", "city", "manage", "--home", str(tmp_path), *arguments],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "zhima.city.settings",
            **PRODUCTION,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_is_clean_for_djangos_own_inspector(tmp_path: Path) -> None:
    done = manage(
        tmp_path,
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        ZHIMA_SECRET_KEY=demo_secret(tmp_path),
    )
    assert done.returncode == 0, done.stderr


def test_production_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", ZHIMA_SECRET_KEY="")
    assert done.returncode != 0
    assert "ZHIMA_SECRET_KEY" in done.stderr


def test_the_demos_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    first = demo_secret(tmp_path / "home")
    assert demo_secret(tmp_path / "home") == first != demo_secret(tmp_path / "other")
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.usefixtures("city")
class TestPages:
    def test_scripts_and_styles_come_from_files_of_ours_alone(self) -> None:
        policy = Client().get("/account/login/")["Content-Security-Policy"]
        assert "unsafe" not in policy
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["script-src"] == rules["style-src"] == "'self'"
        assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == "'none'"

    def test_only_the_scanner_may_run_compiled_code(self) -> None:
        client = Client()
        client.force_login(resident("Ana"))
        assert "'wasm-unsafe-eval'" in client.get("/scan/")["Content-Security-Policy"]
        assert "wasm" not in client.get("/")["Content-Security-Policy"]

    def test_other_headers(self) -> None:
        response = Client().get("/account/login/")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=(self)" in response["Permissions-Policy"]

    def test_no_page_carries_inline_script_or_style(self) -> None:
        client = Client()
        client.force_login(resident("Ana"))
        for path in ("/", "/history/", "/me/", "/scan/", "/people/", "/chat/", "/account/2fa/"):
            page = client.get(path).content.decode()
            assert "<style" not in page
            assert " style=" not in page
            assert " onclick=" not in page

    def test_the_session_cookie_is_out_of_scripts_reach_and_changes_at_log_in(self) -> None:
        resident("Ana")
        client = Client()
        client.get("/account/login/")
        before = client.cookies[settings.SESSION_COOKIE_NAME].value
        client.post("/account/login/", {"login": "ana", "password": "correct horse battery"})
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        assert client.get("/").status_code == 200
        assert cookie.value != before
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    def test_names_cannot_be_tried_out_without_end(self) -> None:
        client = Client()
        client.force_login(resident("Ana"))
        codes = [client.post("/people/find/", {"username": uuid4().hex[:9]}) for _ in range(21)]
        assert [code.status_code for code in codes] == [422] * 20 + [429]

    def test_passwords_cannot_be_tried_out_without_end(self) -> None:
        resident("Ana")
        client = Client()
        form = {"login": "ana", "password": "wrong"}
        codes = [client.post("/account/login/", form).status_code for _ in range(12)]
        refused = client.post("/account/login/", {**form, "password": "correct horse battery"})
        assert codes[0] == 200
        assert "Too many" in refused.content.decode() or refused.status_code == 429

    def test_a_wrong_page_says_the_way_on(self) -> None:
        client = Client()
        client.force_login(resident("Ana"))
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "To the home page" in response.content.decode()
