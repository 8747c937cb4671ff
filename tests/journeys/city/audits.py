"""The audit as its command runs it, beside a running city."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.laid_out import as_a_user

SCORER_BEHIND = {("scores", "scorer_behind")}


def audit(home: Path) -> set[tuple[str, str]]:
    """What is found, as part and reason, once the scorer has seen everything."""
    while (found := _found(home)) == SCORER_BEHIND:
        pass
    return found


def _found(home: Path) -> set[tuple[str, str]]:
    report = home / "found.json"
    words = ["audit", "--home", str(home), "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "zhima", *words],
        env=as_a_user(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(report.read_text(encoding="utf-8"))
    assert done.returncode == (3 if found else 0), done.stderr
    return {(each["part"], each["reason"]) for each in found}
