"""`zhima log`: check the disclosure log with nothing but its files and its key."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zhima.cli.options import JsonReport, key_in, writes
from zhima.engine.kinds import ZhimaError

log = typer.Typer(
    help="The log of who read what: check it, witness it, export it.", no_args_is_help=True
)

LogKey = Annotated[Path, typer.Option("--key", help="File with the log's public key (log.pub).")]
SHOWN_FINDINGS = 20


@log.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="The log's files: checkpoint and tile/.")],
    key: LogKey,
    since: Annotated[
        Path | None, typer.Option(help="A checkpoint kept earlier, which the log must continue.")
    ] = None,
    witness: Annotated[
        list[Path] | None, typer.Option(help="A witness's public key; it must have signed.")
    ] = None,
    report: JsonReport = None,
) -> None:
    """Check every entry, every tile and the signed head; exit 3 when anything is not as signed."""
    from rich.console import Console
    from rich.progress import Progress

    from zhima.city.merkle.folder import Folder
    from zhima.city.merkle.notes import PublicKey
    from zhima.city.merkle.verify import verify as check
    from zhima.engine.files import read_text

    if not folder.is_dir():
        raise ZhimaError(f"there is no folder {folder}: `zhima log export` makes one")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading entries", total=None)
        verdict = check(
            Folder(folder),
            key_in(PublicKey.parse, key),
            earlier=read_text(since) if since else None,
            witnesses=[key_in(PublicKey.parse, path) for path in witness or ()],
            progress=lambda entries: progress.advance(task, entries),
        )
    for finding in verdict.findings[:SHOWN_FINDINGS]:
        typer.echo(f"{finding.reason}: {finding.what}")
    size = verdict.head.size if verdict.head else None
    if report is not None:
        found = [{"reason": f.reason, "what": f.what} for f in verdict.findings]
        _write(report, json.dumps({"entries": size, "findings": found}, indent=2) + "\n")
    if not verdict.is_good:
        typer.echo(f"{len(verdict.findings)} findings: this is not the log that was signed")
        raise typer.Exit(3)
    typer.echo(f"{size} entries, all as signed")


@log.command()
def entry(
    file: Annotated[Path, typer.Argument(help="An entry and its proof, from “who looked”.")],
    key: LogKey,
) -> None:
    """Check that an entry about you is in the log, and show what it says."""
    from zhima.city.disclosure.own_entry import check_own
    from zhima.city.merkle.notes import PublicKey
    from zhima.engine.files import read_text

    with _exit_when_wrong():
        own = check_own(read_text(file), key_in(PublicKey.parse, key))
    typer.echo(f"entry {own.index} of {own.head.size}, as signed")
    typer.echo(json.dumps(own.detail, indent=2, ensure_ascii=False))


@log.command()
def witness(
    where: Annotated[str, typer.Argument(help="The log's folder, or its address on the web.")],
    key: LogKey,
    secret: Annotated[Path, typer.Option(help="File with the witness's secret key.")],
    state: Annotated[
        Path, typer.Option(callback=writes(), help="File that remembers the last head.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", callback=writes(), help="The head, co-signed.")
    ],
) -> None:
    """Co-sign the log's head if it continues the last one seen; exit 3 if it does not."""
    from zhima.city.merkle.folder import open_files
    from zhima.city.merkle.notes import PublicKey, SecretKey
    from zhima.city.merkle.witness import witness as look

    with _exit_when_wrong():
        seen = look(
            open_files(where),
            log=key_in(PublicKey.parse, key),
            key=key_in(SecretKey.parse, secret),
            state=state,
            at=int(time.time()),
        )
    _write(output, seen.note)
    before = seen.before.size if seen.before else 0
    typer.echo(f"{seen.head.size} entries continue the {before} seen before: co-signed")


@log.command("witness-key")
def witness_key(
    name: Annotated[str, typer.Argument(help="Name of the witness, best a name of the web.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", callback=writes(), help="File for the secret key.")
    ],
) -> None:
    """Make a witness's key: the secret into a file, the public one beside it as .pub."""
    from zhima.city.merkle.notes import COSIGNATURE_KEY, SecretKey
    from zhima.city.secret import kept_secret

    if output.exists():
        raise ZhimaError(f"{output} exists: a key is never overwritten")
    made = SecretKey.generate(name, kind=COSIGNATURE_KEY)
    kept_secret(output, made.text)
    _write(output.with_suffix(".pub"), f"{made.public}\n")
    typer.echo(str(made.public))


@log.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    home: Annotated[
        Path, typer.Option("--home", envvar="ZHIMA_HOME", help="Folder with the city's data.")
    ] = Path("demo"),
) -> None:
    """Write the log as files for a static server; a second time writes what is new."""
    from zhima.cli.city import django_of

    django_of(home)
    from zhima.city.disclosure.publishing import publish

    typer.echo(f"{publish(folder)} entries in {folder}")


@contextmanager
def _exit_when_wrong() -> Iterator[None]:
    """A log that must not be believed is a finding: its name on the screen, and exit 3."""
    from zhima.city.merkle.reasons import LogError

    try:
        yield
    except LogError as error:
        typer.echo(str(error))
        raise typer.Exit(3) from error


def _write(path: Path, text: str) -> None:
    from zhima.engine.files import atomic

    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
