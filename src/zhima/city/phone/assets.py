"""Where the bundled files are: the build names each after its content and lists them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

BUILT = Path(__file__).parent / "static" / "built"


@cache
def bundle() -> dict[str, dict]:
    """The build's list of entries."""
    listing = BUILT / "manifest.json"
    if not listing.is_file():
        raise ImproperlyConfigured(f"{listing} is missing: run 'make setup' to build the web app")
    return json.loads(listing.read_text(encoding="utf-8"))


def script(entry: str) -> str:
    """Address of a bundled script, by the name of its source without ending."""
    return static(f"built/{bundle()[f'src/{entry}.js']['file']}")


def styles(entry: str) -> list[str]:
    """Addresses of the styles that a script's source imports."""
    return [static(f"built/{name}") for name in bundle()[f"src/{entry}.js"].get("css", ())]


@cache
def glyphs() -> frozenset[str]:
    """Names of the glyphs in the file of icons."""
    drawn = (BUILT / bundle()["icons.svg"]["file"]).read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', drawn))


def icons() -> str:
    """Address of the file with all glyphs."""
    return static(f"built/{bundle()['icons.svg']['file']}")
