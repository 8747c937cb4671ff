"""Importing the room costs nothing: no array library, no compiler, until a name is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zhima.engine import network


def test_importing_the_room_loads_no_compiler() -> None:
    code = (
        "import sys, zhima.engine.network; print({'numba', 'numpy', 'duckdb'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_every_public_name_is_there() -> None:
    assert all(getattr(network, name).__doc__ for name in network.__all__)
    with pytest.raises(AttributeError):
        _ = network.nothing_of_the_kind
