"""Keeps the byte code of zhima and of what it imports: `make setup` runs this once.

Installed packages come as source. Where Python may not keep what it compiles, as in many container
images (PYTHONDONTWRITEBYTECODE, folders without permission), each command would compile it all
again, which takes longer than most commands.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import tempfile
from contextlib import suppress

# What is imported late, by name, when the first command needs it.
LATE = ("ibis.backends.duckdb", "typer.rich_utils", "rich.status", "pyarrow.compute")


def main() -> None:
    """Import the engine, the lab, the commands and the city, and nothing that runs."""
    names = [
        module.name
        for room in ("zhima.engine", "zhima.lab", "zhima.cli")
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}.")
    ]
    for name in [*names, *LATE]:
        # What needs an extra that is not installed says so when it is asked for.
        with suppress(ImportError):
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ZHIMA_HOME": home, "DJANGO_SETTINGS_MODULE": "zhima.city.settings"}
        with suppress(ImportError):
            import django

            django.setup(set_prefix=False)
            importlib.import_module("zhima.city.urls")


if __name__ == "__main__":
    main()
