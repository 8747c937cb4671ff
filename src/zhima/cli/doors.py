"""`zhima doors`: run a published draw again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhima.cli.options import key_in

if TYPE_CHECKING:
    from zhima.city.merkle.notes import PublicKey
    from zhima.engine.doors.draws import Ticket

doors = typer.Typer(no_args_is_help=True, help="Check what doors decided.")

DIFFERS = 3
OLD, NEW = "zhima-draw/1", "zhima-draw/2"


@doors.callback()
def _room() -> None:
    """Check what doors decided."""


@doors.command()
def redraw(
    file: Annotated[Path, typer.Argument(help="The file that a draw's page offers.")],
    key: Annotated[
        Path | None, typer.Option(help="The log's public key: check the signature of its head too.")
    ] = None,
) -> None:
    """Draw again from a published seed and list; exit code 3 when the published result differs."""
    from zhima.engine.doors import draws
    from zhima.engine.kinds import ZhimaError

    published, trusted = _read(file), _log_key(key)
    try:
        seed = bytes.fromhex(published["seed"])
        tickets = [draws.Ticket(each["name"], each["percent"]) for each in published["tickets"]]
        stated = {each["name"] for each in published["tickets"] if each["won"]}
        kept = draws.commitment(seed) == published["commitment"]
        fault, luck = "", seed
        if published["format"] != OLD:
            fault = _fault_in_closing(published, tickets, trusted)
            luck = draws.mixed(seed, bytes.fromhex(published["closing"]["root"]))
        title, places = str(published["title"]), int(published["places"])
        drawn = draws.draw(seed=luck, tickets=tickets, places=places)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ZhimaError(f"{file} is no finished draw: {error!r}") from error
    print(f"{title}: {len(tickets)} tickets, {places} places")
    print(f"seed and commitment {'agree' if kept else 'DIFFER'}")
    if published["format"] != OLD:
        print(f"the closed list is NOT what the log holds: {fault}" if fault else _in_log(key))
    for name in drawn:
        print(f"  won  {name}")
    same = set(drawn) == stated
    print("the published winners are these" if same else "the published winners are OTHERS")
    if fault or not (kept and same):
        raise typer.Exit(DIFFERS)


def _in_log(key: Path | None) -> str:
    whose = "" if key else "; whose log it is was not checked (--key)"
    return f"the list was in the log before the root that made the luck{whose}"


def _log_key(path: Path | None) -> PublicKey | None:
    from zhima.city.merkle.notes import PublicKey

    return key_in(PublicKey.parse, path) if path else None


def _fault_in_closing(
    published: dict[str, Any], tickets: list[Ticket], key: PublicKey | None
) -> str:
    """Why the log does not show that this list was closed before the root; empty when it does."""
    from zhima.city.disclosure.entries import opens
    from zhima.city.merkle.hashing import leaf_hash
    from zhima.city.merkle.heads import head_in, open_head
    from zhima.city.merkle.notes import parse
    from zhima.city.merkle.proofs import check_consistency, check_inclusion
    from zhima.city.merkle.reasons import LogError
    from zhima.engine.doors import draws

    closing = published["closing"]
    body, root, place = closing["entry"].encode(), bytes.fromhex(closing["root"]), closing["place"]
    listed = draws.closed_list(
        draw=published["draw"],
        commitment=published["commitment"],
        places=published["places"],
        tickets=tickets,
    )
    if not opens(body, salt=bytes.fromhex(closing["salt"]), detail=listed):
        return "the entry is about another list"
    steps, onward = ([bytes.fromhex(each) for each in closing[way]] for way in ("path", "onward"))
    try:
        check_inclusion(leaf=leaf_hash(body), index=place, size=place + 1, path=steps, root=root)
        note = closing["head"]
        head = open_head(note, key) if key else head_in(parse(note))
        check_consistency(old=place + 1, old_root=root, size=head.size, root=head.root, path=onward)
    except LogError as wrong:
        return str(wrong)
    return ""


def _read(file: Path) -> dict[str, Any]:
    from zhima.engine.files import read_json
    from zhima.engine.kinds import ZhimaError

    published = read_json(file)
    if not isinstance(published, dict) or published.get("format") not in (OLD, NEW):
        raise ZhimaError(f"{file} is no draw: its format is neither {NEW} nor {OLD}")
    if not published.get("seed"):
        raise ZhimaError(f"{file} is not drawn yet: the seed is published when the list is closed")
    return published
