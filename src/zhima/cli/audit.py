"""`zhima audit`: do ledger, evidence, scores, receipts, log and exceptions tell one story?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import typer

from zhima.cli.city import Home, django_of
from zhima.cli.options import JsonReport

SHOWN_FINDINGS = 20


def audit(
    home: Home = Path("demo"),
    report: JsonReport = None,
) -> None:
    """Compare everything the city holds with everything else; exit 3 when something disagrees."""
    django_of(home)
    from rich.console import Console

    from zhima.city.oversight.audit import PARTS, audit_of
    from zhima.engine.files import atomic

    found = []
    console = Console(stderr=True)
    for name in PARTS:
        with console.status(name):
            found += list(audit_of(name))
    for finding in found[:SHOWN_FINDINGS]:
        typer.echo(f"{finding.part}: {finding.reason}: {finding.key}")
    counts = Counter(finding.part for finding in found)
    typer.echo(", ".join(f"{name} {counts[name] or 'fine'}" for name in PARTS))
    if report is not None:
        with atomic(report) as temporary:
            text = json.dumps([finding._asdict() for finding in found], indent=1)
            temporary.write_text(text, encoding="utf-8")
    raise typer.Exit(3 if found else 0)
