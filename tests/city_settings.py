"""The city's settings for tests: a data folder of the run, cheap passwords."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests.laid_out import TABLES

os.environ["ZHIMA_HOME"] = tempfile.mkdtemp(prefix="zhima-tests-")
os.environ["ZHIMA_MODE"] = "demo"

from zhima.city.settings import *  # noqa: F403

atexit.register(shutil.rmtree, os.environ["ZHIMA_HOME"], ignore_errors=True)
# Every test client would look through all static files again.
WHITENOISE_USE_FINDERS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# In SQLite a file, so that threads of a test see the same tables as the test.
DATABASES["default"]["TEST"] = (  # noqa: F405
    {"TEMPLATE": os.environ.get("TABLES_TO_COPY")}
    if "DATABASE_URL" in os.environ
    else {"NAME": f"{os.environ['ZHIMA_HOME']}/{TABLES}"}
)
