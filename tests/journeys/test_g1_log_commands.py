"""G1 on the command line: a log is exported, verified offline and witnessed; changes are found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.command import Done, zhima
from tests.log_folders import KEY, entries_of, write_log
from zhima.city.disclosure import entries
from zhima.city.disclosure.own_entry import own_entry
from zhima.city.merkle.folder import Folder, TilesOf, read_head
from zhima.city.merkle.proof_file import ProofFile
from zhima.city.merkle.proofs import inclusion
from zhima.city.merkle.tiles import Subtrees

SIZE = 300
KEPT_AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    write_log(path, entries_of(SIZE))
    (tmp_path / "log.pub").write_text(f"{KEY.public}\n")
    return path


def run(log: Path, command: str, *more: str | Path) -> Done:
    return zhima("log", command, *more, "--key", log.parent / "log.pub")


def verify(log: Path, *more: str | Path) -> Done:
    return run(log, "verify", log, *more)


def witness(log: Path, *more: str | Path) -> Done:
    home = log.parent
    if not (home / "witness.key").exists():
        made = zhima("log", "witness-key", "witness.example", "-o", home / "witness.key")
        assert made.returncode == 0, made.stderr
    files = ("--secret", home / "witness.key", "--state", home / "state", "-o", home / "seen")
    return run(log, "witness", log, *files, *more)


def test_a_log_is_verified_with_its_files_and_its_key_alone(log: Path) -> None:
    report = log.parent / "report.json"
    done = verify(log, "--json", report)
    assert (done.returncode, done.stdout) == (0, "300 entries, all as signed\n")
    assert json.loads(report.read_text()) == {"entries": 300, "findings": []}


def test_one_changed_letter_is_found_and_named(log: Path) -> None:
    path = log / "tile/entries/000"
    path.write_bytes(path.read_bytes().replace(b"entry 17", b"entry 71", 1))
    done = verify(log)
    assert done.returncode == 3
    assert "changed_entry: entry 17 " in done.stdout


def test_a_log_that_was_rewritten_does_not_continue_the_one_kept(log: Path) -> None:
    kept = log.parent / "kept"
    shutil.copy(log / "checkpoint", kept)
    shutil.rmtree(log)
    write_log(log, entries_of(SIZE + 5, "rewritten"))
    assert verify(log).returncode == 0, "by itself it is whole"
    done = verify(log, "--since", kept)
    assert (done.returncode, "not_consistent" in done.stdout) == (3, True)


def test_a_witness_signs_a_log_that_grows_and_refuses_two_faces(log: Path) -> None:
    assert witness(log).stdout == "300 entries continue the 0 seen before: co-signed\n"
    shutil.copy(log.parent / "seen", log / "checkpoint")
    done = verify(log, "--witness", log.parent / "witness.pub")
    assert done.returncode == 0, done.stdout
    shutil.rmtree(log)
    write_log(log, [*entries_of(SIZE - 1), b"another"])
    refused = witness(log)
    assert (refused.returncode, refused.stdout.split(":")[0]) == (3, "split_view")
    assert (log.parent / "state.evidence").exists()


def test_a_witness_key_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    key = tmp_path / "w.key"
    assert zhima("log", "witness-key", "w.example", "-o", key).returncode == 0
    assert key.stat().st_mode & 0o077 == 0
    again = zhima("log", "witness-key", "w.example", "-o", key)
    assert (again.returncode, "never overwritten" in again.stderr) == (2, True)


def test_a_persons_own_entry_is_checked(log: Path) -> None:
    detail = {"person": "ana", "purpose": "door:car"}
    sealed = entries.seal(kind=entries.READ, at=KEPT_AT, reader_kind="shop", detail=detail)
    write_log(log, [*entries_of(7), sealed.body])
    path = inclusion(Subtrees(TilesOf(Folder(log), 8)), index=7, size=8)
    proof = ProofFile(7, tuple(path), read_head(Folder(log)))
    file = log.parent / "entry.json"
    file.write_text(own_entry(body=sealed.body, salt=sealed.salt, detail=detail, proof=proof))
    done = run(log, "entry", file)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "entry 7 of 8, as signed")
    file.write_text(file.read_text().replace("door:car", "door:flat"))
    assert run(log, "entry", file).returncode == 3


def test_mistakes_of_a_user_are_sentences(log: Path, tmp_path: Path) -> None:
    for done in (
        run(log, "verify", tmp_path / "nowhere"),
        zhima("log", "verify", log, "--key", tmp_path / "none"),
        zhima("log", "verify", log, "--key", log / "checkpoint"),
    ):
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_the_citys_log_is_exported_from_each_database(
    tmp_path: Path, where: str, request: pytest.FixtureRequest
) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    home.mkdir()
    env = {"ZHIMA_HOME": str(home), "ZHIMA_MODE": "demo", "DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "zhima.city.settings"
    if where == "postgres":
        env["DATABASE_URL"] = request.getfixturevalue("new_city_url")()
    else:
        request.getfixturevalue("laid_out").tables(home)
    done = subprocess.run(
        [sys.executable, "-c", READERS, str(log)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checked = zhima("log", "verify", log, "--key", log / "log.pub")
    assert checked.stdout == "201 entries, all as signed\n"


READERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup(set_prefix=False)
from django.db import connections, transaction
from zhima.city.disclosure import recorder
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.publishing import publish
from zhima.city.disclosure.reading import Reader, Refused, score_of
from zhima.city.people.models import Person
ana = Person.objects.create_user("ana")
shop = Reader("shop", "stall", "Tea stall")
def ask(number):
    try:
        score_of(reader=shop, person=ana, purpose="profile", fields=["band"])
    except Refused as refused:
        return str(refused.reason)
    finally:
        connections.close_all()
with ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(ask, range(200)))
assert set(answers) <= {"no_grant", "too_often"}, answers
with transaction.atomic():
    try:
        score_of(reader=shop, person=ana, purpose="profile", fields=["band"])
    except Refused:
        pass
recorder.stop()
assert Entry.objects.count() == 201
assert publish(Path(sys.argv[1])) == 201
assert sorted(Entry.objects.values_list("place", flat=True)) == list(range(201))
"""
