"""The disclosure log: durable appends, proofs from ten million entries, verification, tampering.

    python benchmarks/log.py [--quick] [--json FILE]

Appends are what a reading writes: an entry with its private side, its place in the tree and the
signed head, on disk before the caller goes on, by 256 concurrent clients of one process in the
city's own SQLite settings. The anchor commits each entry by itself through the ORM, on the same
disk, in interleaved rounds. The log that is verified and proved from is made of entries of the
real size.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)

from benchmarks._figures import Goals, show, writable, write  # noqa: E402
from zhima.city.disclosure.entries import READ, seal  # noqa: E402
from zhima.city.merkle.folder import HEAD, Folder, write_entries, write_tiles  # noqa: E402
from zhima.city.merkle.hashing import leaf_hash  # noqa: E402
from zhima.city.merkle.heads import Head, sign_head  # noqa: E402
from zhima.city.merkle.notes import SecretKey  # noqa: E402
from zhima.city.merkle.proof_file import ProofFile, check_proof  # noqa: E402
from zhima.city.merkle.proofs import inclusion  # noqa: E402
from zhima.city.merkle.tiles import WIDTH, Growing, Subtrees  # noqa: E402
from zhima.city.merkle.verify import verify  # noqa: E402

CLIENTS = 256
SECONDS = {True: 2.0, False: 6.0}
ROUNDS = {True: 2, False: 3}
PROVED_FROM = {True: 300_000, False: 10_000_000}
VERIFIED = {True: 100_000, False: 1_000_000}
PROOFS = 2_000
TAMPERINGS = 1_000
TAMPERED = 700
GOALS: Goals = {
    "appends_per_second": (">=", 5_000),
    "proof_ms": ("<", 5),
    "proof_bytes_max": ("<", 2_000),
    "verify_seconds": ("<", 60),
    "tamperings_found": (">=", TAMPERINGS),
}
KEY = SecretKey.generate("bench.example/log")


def main() -> None:
    """Run everything and print one table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="under a minute")
    options.add_argument("--json", type=writable, help="write the figures to this file")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="zhima-log-"))
    try:
        measured = {
            **appends(folder, quick=chosen.quick),
            **proofs(folder, quick=chosen.quick),
            **verification(folder / "verified", quick=chosen.quick),
            **tampering(folder / "tampered"),
        }
    finally:
        shutil.rmtree(folder)
    measured["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print("the disclosure log, beside an ORM that commits each entry by itself")
    show(measured, GOALS, quick=chosen.quick)
    write(chosen.json, measured)


def appends(folder: Path, *, quick: bool) -> dict[str, Any]:
    """Durable entries a second: ours and an ORM commit for each, interleaved."""
    os.environ |= {"ZHIMA_HOME": str(folder / "city"), "ZHIMA_MODE": "demo"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhima.city.settings"
    (folder / "city").mkdir()
    import django
    from django.core.management import call_command
    from django.db import connection, connections

    django.setup(set_prefix=False)
    call_command("migrate", interactive=False, verbosity=0)
    from zhima.city.people.models import Person

    person = Person.objects.create_user("somebody")
    connections.close_all()
    from zhima.city.disclosure import recorder

    def together() -> None:
        recorder.recorder().do(lambda: append(person))

    def each_alone() -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
        from django.db import transaction

        with transaction.atomic():
            append(person)

    ours, orm = [], []
    for _ in range(ROUNDS[quick]):
        ours.append(rate(together, clients=CLIENTS, seconds=SECONDS[quick]))
        orm.append(rate(each_alone, clients=1, seconds=SECONDS[quick]))
    recorder.stop()
    return {
        "appends_per_second": round(median(r for r, _ in ours)),
        "append_p99_ms": median(p99 for _, p99 in ours),
        "orm_commit_each_per_second": round(median(r for r, _ in orm)),
    }


def append(person: Any) -> None:
    """One entry as a reading writes it."""
    from zhima.city.disclosure import log

    log.append(
        kind=READ,
        person_id=person.pk,
        reader_kind="shop",
        reader="shop:cars",
        detail=detail_of(str(person.pk)),
    )


def detail_of(person: str) -> dict[str, Any]:
    """What a shop's question about a door leaves on the private side."""
    return {
        "person": person,
        "reader": {"kind": "shop", "id": "cars", "name": "Lotus Cars"},
        "purpose": "door:car",
        "fields": ["outcome", "deposit"],
        "ground": "grant:5f0c0f6a-6a1e-4a59-9d42-0b6b0ea8d0c1",
        "reason": None,
    }


def rate(write: Callable[[], None], *, clients: int, seconds: float) -> tuple[float, float]:
    """Writes a second and the 99th percentile of one in milliseconds."""
    waited: list[list[float]] = [[] for _ in range(clients)]
    until = time.perf_counter() + seconds

    def client(times: list[float]) -> None:
        while (started := time.perf_counter()) < until:
            write()
            times.append(time.perf_counter() - started)

    threads = [threading.Thread(target=client, args=(times,)) for times in waited]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    every = sorted(t for times in waited for t in times)
    return len(every) / took, every[int(len(every) * 0.99)] * 1e3


def proofs(folder: Path, *, quick: bool) -> dict[str, Any]:
    """Inclusion proofs out of a large log whose tiles are in the city's own table."""
    from django.db import connection

    from zhima.city.disclosure.models import Tile
    from zhima.city.disclosure.tree import read_tile

    size = PROVED_FROM[quick]
    Tile.objects.all().delete()
    growing = Growing(size=0, read=lambda level, n: b"")
    for first in range(0, size, 100_096):
        leaves = [leaf_hash(entry) for entry in numbered(first, min(first + 100_096, size))]
        Tile.objects.bulk_create(
            [Tile(level=t.level, n=t.n, hashes=t.hashes) for t in growing.append(leaves)],
            update_conflicts=True,
            unique_fields=["level", "n"],
            update_fields=["hashes"],
        )
    note = sign_head(Head(KEY.name, size, growing.root()), KEY)
    rng = random.Random(1)
    times, longest = [], 0
    for _ in range(PROOFS):
        index = rng.randrange(size)
        started = time.perf_counter()
        path = inclusion(Subtrees(read_tile), index=index, size=size)
        times.append(time.perf_counter() - started)
        proof = ProofFile(index, tuple(path), note)
        longest = max(longest, len(proof.text().encode()))
        check_proof(proof, entry=next(numbered(index, index + 1)), key=KEY.public)
    connection.close()
    return {
        "proved_from_entries": size,
        "proof_ms_p50": median(times) * 1e3,
        "proof_ms": sorted(times)[int(PROOFS * 0.99)] * 1e3,
        "proof_bytes_max": longest,
    }


def numbered(first: int, end: int) -> Iterator[bytes]:
    """Entries of the size of real ones, told apart by their numbers."""
    pad = b"x" * 150
    return (number.to_bytes(8) + pad for number in range(first, end))


def verification(path: Path, *, quick: bool) -> dict[str, Any]:
    """Seconds to check a whole log of real entries, offline."""
    count = VERIFIED[quick]
    write_folder(path, list(real_entries(count)))
    started = time.perf_counter()
    verdict = verify(Folder(path), KEY.public)
    seconds = time.perf_counter() - started
    assert verdict.is_good
    return {"verified_entries": count, "verify_seconds": seconds}


def real_entries(count: int) -> Iterator[bytes]:
    """Bodies as readings write them."""
    from datetime import UTC, datetime

    at = datetime(2026, 11, 25, tzinfo=UTC)
    for number in range(count):
        detail = {"person": number, "purpose": "door:car"}
        yield seal(kind=READ, at=at, reader_kind="shop", detail=detail).body


def write_folder(path: Path, entries: list[bytes]) -> None:
    """A signed log as files."""
    folder = Folder(path)
    growing = Growing(size=0, read=lambda level, n: b"")
    write_tiles(folder, growing.append([leaf_hash(entry) for entry in entries]))
    for first in range(0, len(entries), WIDTH):
        write_entries(folder, first // WIDTH, entries[first : first + WIDTH])
    note = sign_head(Head(KEY.name, len(entries), growing.root()), KEY)
    folder.write(HEAD, note.encode())


def tampering(path: Path) -> dict[str, Any]:
    """Changes at random places of random files, each by itself."""
    write_folder(path, list(real_entries(TAMPERED)))
    rng = random.Random(time.time_ns())
    files = sorted(file for file in path.rglob("*") if file.is_file())
    found = 0
    for _ in range(TAMPERINGS):
        file = rng.choice(files)
        before = file.read_bytes()
        file.write_bytes(tampered(before, rng))
        found += not verify(Folder(path), KEY.public).is_good
        file.write_bytes(before)
    assert verify(Folder(path), KEY.public).is_good
    return {"tamperings_tried": TAMPERINGS, "tamperings_found": found}


def tampered(before: bytes, rng: random.Random) -> bytes:
    """A bit flipped, a byte left out, the end cut off, or the end repeated."""
    at = rng.randrange(len(before))
    flipped = bytes([before[at] ^ (1 << rng.randrange(8))])
    return rng.choice(
        [
            before[:at] + flipped + before[at + 1 :],
            before[:at] + before[at + 1 :],
            before[:at],
            before + before[at:],
        ]
    )


if __name__ == "__main__":
    main()
