"""`zhima ledger`: checks the books and writes statements."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import JsonReport, writes

ledger = typer.Typer(help="Money: check the books, write statements.", no_args_is_help=True)

StoreUrl = Annotated[
    str, typer.Option("--store", help="sqlite:///file, sqlite:////absolute/file or postgresql://…")
]
SHOWN_FINDINGS = 20


@ledger.command()
def audit(
    store: StoreUrl,
    report: JsonReport = None,
) -> None:
    """Recompute every balance from the transfers and check the outbox; exit 3 with findings."""
    from rich.console import Console

    from zhima.city.ledger.audit import audit as audit_books
    from zhima.city.ledger.stores import open_store

    console = Console(stderr=True)
    books = open_store(store, create=False)
    try:
        with console.status("reading the books"):
            result = audit_books(books)
    finally:
        books.close()
    for finding in result.findings[:SHOWN_FINDINGS]:
        place = finding.source if finding.row is None else f"{finding.source} {finding.row}"
        typer.echo(f"{finding.reason}: {place}, {finding.column} = {finding.value}")
    typer.echo(
        f"{result.entries} entries, {result.accounts} accounts, {len(result.findings)} findings"
    )
    if report is not None:
        _write_report(report, result)
    if result.findings:
        raise typer.Exit(3)


@ledger.command()
def statement(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    store: StoreUrl,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            callback=writes(".csv", ".json"),
            help="A .csv or .json file; else the screen.",
        ),
    ] = None,
) -> None:
    """Every line of an account, oldest first, with the balance after it."""
    from zhima.city.ledger import history
    from zhima.city.ledger.stores import open_store
    from zhima.engine.files import atomic

    books = open_store(store, create=False)
    try:
        lines = history.statement(books, account_id=account)
    finally:
        books.close()
    as_json = output is not None and output.suffix == ".json"
    write = history.write_json if as_json else history.write_csv
    if output is None:
        write(lines, sys.stdout)
        return
    with atomic(output) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        write(lines, file)


def _write_report(path: Path, result: object) -> None:
    from dataclasses import asdict

    from zhima.city.ledger.audit import Audit
    from zhima.engine.files import atomic

    assert isinstance(result, Audit)
    findings = [asdict(finding) for finding in result.findings]
    with atomic(path) as temporary:
        text = {"entries": result.entries, "accounts": result.accounts, "findings": findings}
        temporary.write_text(json.dumps(text, ensure_ascii=False, indent=1), encoding="utf-8")
