"""An app that an outside developer made: its manifest, and the process that it runs in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.city_phones import Phone, resident
from zhima.city.market import shelf
from zhima.city.market.models import App
from zhima.city.pay.models import Merchant

FOLDER = Path(__file__).parents[1] / "examples" / "mini_app"
MANIFEST = (FOLDER / "manifest.yaml").read_text(encoding="utf-8")


def published(maker: Phone, text: str = MANIFEST) -> tuple[App, str]:
    """The app of a maker, reviewed by somebody else and open; and its secret."""
    shop = Merchant.objects.get(pk=maker.opens_shop("Kites"))
    app = shelf.submit(owner=maker.person, merchant=shop, text=text)
    reviewer = resident("Reviewer", is_staff=True)
    app = shelf.review(app=app, by=reviewer.person, agrees=True, note="read it")
    app = shelf.publish(app=app, by=maker.person)
    return app, shelf.new_secret(app)


@contextmanager
def running(city: str, secret: str) -> Iterator[str]:
    """The app in a process of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, str(FOLDER / "kites.py")],
        env={**os.environ, "CITY": city, "SECRET": secret, "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert "http://" in said, "the app did not start"
        yield said.split()[-1].rstrip("/")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
