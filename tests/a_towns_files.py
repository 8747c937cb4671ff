"""A folder that holds one sound file for every option of the command line that names one."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from tests.journeys.command import zhima
from tests.ledger_cases import Teller
from tests.log_folders import KEY, entries_of, write_log
from zhima.city.credential import badge, statuses, tokens
from zhima.city.disclosure import entries
from zhima.city.disclosure.own_entry import own_entry
from zhima.city.ledger.stores import open_store
from zhima.city.merkle.folder import Folder, TilesOf, read_head
from zhima.city.merkle.hashing import leaf_hash
from zhima.city.merkle.heads import Head, sign_head
from zhima.city.merkle.proof_file import ProofFile
from zhima.city.merkle.proofs import inclusion
from zhima.city.merkle.tiles import Subtrees
from zhima.engine.doors import draws
from zhima.engine.rulebook.never import SHIPPED
from zhima.lab import cooperative
from zhima.lab.cooperative.papers import write_papers

DAY = "2026-08-22"
MEMBERS = 60
MAP = Path(cooperative.__file__).parent / "map.toml"


def settle(folder: Path) -> None:
    """Write the files; every command that makes one is the real one."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    shutil.copy(folder / "open.yaml", folder / "mine.yaml")
    shutil.copy(MAP, folder / "map.toml")
    write_papers(folder, count=MEMBERS, seed=7)
    _run(
        folder,
        "import wallet.csv desk.csv contacts.csv outcomes.csv --map map.toml -o events.parquet"
        " --as-of 2026-09-01",
        "score --events events.parquet --ties events.ties.parquet --rulebook mine.yaml"
        f" --as-of {DAY} -o scores.parquet",
        "features --events events.parquet --outcomes events.outcomes.parquet -o features.parquet",
    )
    _tables(folder)
    _run(
        folder,
        "fit --table people.csv --trainer evidence -o fitted.yaml",
        "validate --table people.csv --card fitted.yaml --json measured.json",
    )
    _draw(folder)
    _books(folder)
    _logs(folder)
    _badge(folder)


def _badge(folder: Path) -> None:
    """A badge that is shown, its issuer's key, and a list on which it is not."""
    issuer, holder = tokens.new_key(), tokens.new_key()
    at, uri = datetime(2026, 11, 25, 12, tzinfo=UTC), "https://city.example/badge/statuses/"
    kept = badge.issue(
        issuer="https://city.example",
        at_least=650,
        on=date(2026, 11, 25),
        until=date(2026, 12, 24),
        holder=tokens.public(holder),
        status_index=5,
        status_uri=uri,
        key=issuer,
    )
    shown = badge.show(kept, key=holder, audience="Lotus Hotel", nonce="4711", at=at)
    listed = statuses.sign_list(statuses.pack((), size=64), uri=uri, at=at, key=issuer)
    (folder / "badge.txt").write_text(shown)
    (folder / "statuses.txt").write_text(listed)
    (folder / "issuer.jwk").write_text(json.dumps(tokens.public(issuer)))


def _run(folder: Path, *commands: str) -> None:
    for command in commands:
        done = zhima(*command.split(), cwd=folder)
        assert done.returncode in {0, 3}, done.stderr


def _tables(folder: Path) -> None:
    scores = pq.read_table(folder / "scores.parquet")
    outcomes = pq.read_table(folder / "events.outcomes.parquet")
    ties = pq.read_table(folder / "events.ties.parquet")
    features = pq.read_table(folder / "features.parquet")
    pa_csv.write_csv(features.drop_columns(["person_id", "as_of"]), folder / "people.csv")
    pa_csv.write_csv(scores.select(["person_id", "own"]), folder / "own.csv")
    pa_csv.write_csv(scores.select(["person_id"]).slice(0, 3), folder / "trusted.csv")
    for table, name in ((outcomes, "outcomes"), (ties, "ties")):
        pa_csv.write_csv(table, folder / f"{name}.csv")
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "directions.yaml").write_text("{}\n")


def _draw(folder: Path) -> None:
    """A draw whose list is the one entry of a log."""
    seed, places = bytes(range(32)), 2
    tickets = [draws.Ticket(f"n{number}", 10) for number in range(5)]
    draw = {"format": "zhima-draw/2", "draw": "1", "title": "a table", "places": places}
    draw |= {"seed": seed.hex(), "commitment": draws.commitment(seed)}
    listed = draws.closed_list(
        draw="1", commitment=draw["commitment"], places=places, tickets=tickets
    )
    at = datetime(2026, 11, 25, tzinfo=UTC)
    entry = entries.seal(kind="draw.closed", at=at, reader_kind="city", detail=listed)
    root = leaf_hash(entry.body)
    draw["closing"] = {
        "entry": entry.body.decode(),
        "salt": entry.salt.hex(),
        "place": 0,
        "root": root.hex(),
        "path": [],
        "onward": [],
        "head": sign_head(Head(KEY.name, 1, root), KEY),
    }
    won = draws.draw(seed=draws.mixed(seed, root), tickets=tickets, places=places)
    draw["tickets"] = [
        {"name": t.name, "percent": t.percent, "won": t.name in won} for t in tickets
    ]
    (folder / "draw.json").write_text(json.dumps(draw))


def _books(folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/books.db")
    Teller(store).open({"ana": 5})
    store.close()


def _logs(folder: Path) -> None:
    (folder / "log.pub").write_text(f"{KEY.public}\n")
    detail = {"person": "ana", "purpose": "door:car"}
    at = datetime(2026, 11, 25, tzinfo=UTC)
    sealed = entries.seal(kind=entries.READ, at=at, reader_kind="shop", detail=detail)
    log = folder / "log"
    write_log(log, [*entries_of(7), sealed.body])
    path = inclusion(Subtrees(TilesOf(Folder(log), 8)), index=7, size=8)
    proof = ProofFile(7, tuple(path), read_head(Folder(log)))
    own = own_entry(body=sealed.body, salt=sealed.salt, detail=detail, proof=proof)
    (folder / "entry.json").write_text(own)
    shutil.copy(log / "checkpoint", folder / "kept")
    _run(
        folder,
        "log witness-key witness.example -o witness.key",
        "log witness log --key log.pub --secret witness.key --state seen.state -o seen.head",
    )
    shutil.copy(folder / "seen.head", log / "checkpoint")
