"""`zhima badge`: check a badge offline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from zhima.engine.kinds import ZhimaError

badge = typer.Typer(help="Proof of a score without the number.", no_args_is_help=True)


@badge.callback()
def badges() -> None:
    """Proof of a score without the number."""


@badge.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The badge as it was shown.")],
    key: Annotated[Path, typer.Option(help="The issuer's public key, a JWK (/badge/key/).")],
    statuses: Annotated[
        Path | None, typer.Option(help="The list of revoked badges (/badge/statuses/).")
    ] = None,
    audience: Annotated[str | None, typer.Option(help="For whom it must have been shown.")] = None,
    nonce: Annotated[str | None, typer.Option(help="The number that you asked with.")] = None,
    at: Annotated[str | None, typer.Option(help="A moment instead of now, RFC 3339.")] = None,
) -> None:
    """Say what a badge proves; exit 3 with the reason when it proves nothing."""
    from zhima.city.credential.checking import check
    from zhima.city.credential.reasons import Unproved
    from zhima.city.credential.statuses import open_list
    from zhima.city.credential.tokens import key_of
    from zhima.engine.files import read_text

    moment = _moment(at) if at else datetime.now(UTC)
    try:
        issuer = key_of(_jwk(key))
        listed = open_list(read_text(statuses), key=issuer, at=moment) if statuses else None
        proved = check(
            read_text(file), key=issuer, at=moment, statuses=listed, audience=audience, nonce=nonce
        )
    except Unproved as refused:
        typer.echo(f"not proved: {refused}")
        raise typer.Exit(3) from refused
    last_day = proved.until - timedelta(seconds=1)
    typer.echo(f"proved: score at least {proved.at_least}, until {last_day:%Y-%m-%d}")
    if listed is None:
        typer.echo("not looked at: whether it was revoked (--statuses)")


def _jwk(path: Path) -> dict[str, object]:
    from zhima.engine.files import read_json

    key = read_json(path)
    if not isinstance(key, dict):
        raise ZhimaError(f"{path} is no JWK")
    return key


def _moment(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ZhimaError(f"--at {text!r} is no moment: write 2026-11-25T12:00:00+08:00") from error
    if read.tzinfo is None:
        raise ZhimaError(f"--at {text!r} has no zone: write 2026-11-25T12:00:00+08:00")
    return read
