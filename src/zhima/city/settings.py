"""Settings of the city, all from the environment (docs/city.md lists the variables).

Without any it is the demo: SQLite in the data folder, a secret generated there, plain HTTP.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from zhima.city.secret import demo_secret

CITY = Path(__file__).parent
HOME = Path(os.environ.get("ZHIMA_HOME", "demo")).absolute()
MODE = os.environ.get("ZHIMA_MODE", "demo")
if MODE not in ("demo", "production"):
    raise ImproperlyConfigured(f"ZHIMA_MODE is {MODE!r}: say demo or production")
DEMO = MODE == "demo"
DEBUG = False


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"production needs the environment variable {name}")
    return value


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SECRET_KEY = demo_secret(HOME) if DEMO else _required("ZHIMA_SECRET_KEY")
ALLOWED_HOSTS = _list("ZHIMA_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else "")
CSRF_TRUSTED_ORIGINS = _list("ZHIMA_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "zhima.city.people",
    "zhima.city.wallet",
    "zhima.city.live",
    "zhima.city.chat",
    "zhima.city.pay",
    "zhima.city.api",
    "oauth2_provider",
    "zhima.city.consent",
    "zhima.city.scoring",
    "zhima.city.disclosure",
    "zhima.city.doors",
    "zhima.city.badges",
    "zhima.city.obligations",
    "zhima.city.market",
    "zhima.city.apps.doctor",
    "zhima.city.apps.car",
    "zhima.city.apps.plane",
    "zhima.city.apps.bike",
    "zhima.city.apps.taxi",
    "zhima.city.apps.groceries",
    "zhima.city.apps.tennis",
    "zhima.city.apps.hotel",
    "zhima.city.apps.flat",
    "zhima.city.apps.restaurant",
    "zhima.city.apps.train",
    "zhima.city.apps.tools",
    "zhima.city.score",
    "zhima.city.appeals",
    "zhima.city.authority",
    "zhima.city.mydata",
    "zhima.city.oversight",
    "zhima.city.console",
    "zhima.city.phone",
    *(["zhima.city.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "zhima.city.headers.permissions_policy",
    "zhima.city.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhima.city.people.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "zhima.city.console.second_step.second_step",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    *(["zhima.city.demo.footprints.footprints"] if DEMO else []),
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CITY / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhima.city.phone.surroundings.surroundings",
            ],
        },
    }
]

ROOT_URLCONF = "zhima.city.urls"
ASGI_APPLICATION = "zhima.city.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "city.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
}
_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {
    "default": dj_database_url.parse(_URL, conn_max_age=60, conn_health_checks=True)
    if _URL
    else {**_SQLITE, "CONN_MAX_AGE": 60}
}

LOG_NAME = os.environ.get("ZHIMA_LOG_NAME", "demo.openzhima.example/log")
"""Name of the disclosure log, the same for ever; best the address it is served under."""
OPERATOR = os.environ.get("ZHIMA_OPERATOR", "org.openzhima")
"""Under which name codes know this wallet, unique in the world."""
OPERATORS = json.loads(os.environ.get("ZHIMA_OPERATORS", "{}"))
"""Others to pay and be paid by: name -> {"url": ..., "secret": ...}."""
LEDGER_URL = _URL or f"sqlite:///{HOME / 'ledger.sqlite3'}"

SCORES_INSIDE = os.environ.get("ZHIMA_SCORER", "inside") == "inside"
"""Whether serving processes score too, or `zhima scorer` does as a process of its own."""

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["zhima.city.people.backend.PersonBackend"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "zhima.city.people.passwords.MaximumLength"},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "phone:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# The demo's residents have no password to ask for again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600 if DEMO else 300
ACCOUNT_FORMS = {
    "login": "zhima.city.people.forms.LogIn",
    "signup": "zhima.city.people.forms.SignUp",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ZHIMA_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "OpenZhima"
# Clocks of phones run half a minute early or late.
MFA_TOTP_TOLERANCE = 1
# Passkeys over plain HTTP work on localhost alone, which is where the demo runs.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

OAUTH2_PROVIDER_APPLICATION_MODEL = "consent.Partner"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "zhima.city.consent.oauth.PurposeScopes",
    "OAUTH2_VALIDATOR_CLASS": "zhima.city.consent.oauth.PartnerValidator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # A partner under development answers on localhost.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"] if DEMO else ["https"],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token"],
    # RFC 9700, the best current practice for OAuth: hashed tokens, S256, no implicit grant ...
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "PKCE_REQUIRED",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
        )
    },
}

SESSION_ENGINE = "zhima.city.people.sessions"
SESSION_COOKIE_NAME = "zhima_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMO
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = not DEMO
CSRF_FAILURE_VIEW = "zhima.city.phone.errors.csrf_failure"
LANGUAGE_COOKIE_SECURE = not DEMO
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The demo shows two phones side by side, each in a frame of its own page.
X_FRAME_OPTIONS = "SAMEORIGIN" if DEMO else "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF] if DEMO else [NONE],
        "frame-ancestors": [SELF] if DEMO else [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

UNFOLD = {
    "SITE_TITLE": "OpenZhima",
    "SITE_HEADER": _("OpenZhima office"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "account_balance",
    "ENVIRONMENT": "zhima.city.console.navigation.environment",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "zhima.city.console.navigation.icon"}
    ],
    "SIDEBAR": {"navigation": "zhima.city.console.navigation.sidebar"},
    "SHOW_BACK_BUTTON": True,
    "SHOW_HISTORY": False,
    "DASHBOARD_CALLBACK": "zhima.city.console.views.dashboard",
    "COMMAND": {"search_models": True},
    "COLORS": {
        # The jade of the phone, lightest to darkest.
        "primary": {
            "50": "#eef7f2", "100": "#d5ebe0", "200": "#aed7c4", "300": "#80bea4",
            "400": "#52a184", "500": "#35866a", "600": "#276c55", "700": "#205745",
            "800": "#1b4638", "900": "#173a2f", "950": "#0b211a",
        },
    },
}  # fmt: skip

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "zhima.city.formats"
LANGUAGES = [("en", "English"), ("zh-hans", _("Chinese"))]
LOCALE_PATHS = [CITY / "locale"]
LANGUAGE_COOKIE_NAME = "zhima_language"
USE_TZ = True
TIME_ZONE = os.environ.get("ZHIMA_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ZHIMA_LOG", "WARNING")},
}
