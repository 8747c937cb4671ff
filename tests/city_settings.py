"""The city's settings for tests: a data folder of the run, cheap passwords."""

from __future__ import annotations

import os
import tempfile

os.environ["ZHIMA_HOME"] = tempfile.mkdtemp(prefix="zhima-tests-")
os.environ["ZHIMA_MODE"] = "demo"

from zhima.city.settings import *  # noqa: F403

# Every test client would look through all static files again.
WHITENOISE_USE_FINDERS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "DATABASE_URL" not in os.environ:
    # A file, so that threads of a test see the same tables as the test.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['ZHIMA_HOME']}/tests.sqlite3"}  # noqa: F405
