"""Everything about a person: complete, signed, taken along, deleted."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pyarrow.parquet as parquet
import pytest

from tests.archives import files_of, made
from tests.city_books import befriend, resident
from tests.city_scores import (
    consent,
    good_record,
    new_scorer,
    opt_in,
    said,
    scored_resident,
    settle,
    tell,
)
from zhima.city import clock
from zhima.city.disclosure import reading
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry
from zhima.city.disclosure.readers import Basis, Reader
from zhima.city.merkle.notes import SecretKey
from zhima.city.mydata import archive, arriving, leaving
from zhima.city.people.models import Person
from zhima.city.scoring.evidence import Verdict
from zhima.city.scoring.models import Event, Lease, Score
from zhima.engine.kinds import ZhimaError

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def ana() -> Person:
    person, bo = scored_resident("Ana", fen=50_00), resident("Bo")
    befriend(person, bo)
    tell(*good_record(person, months=2), said(person, "booking.kept", category="doctor"))
    settle(new_scorer())
    return person


def look_at(person: Person, *, sealed_days: int = 0) -> None:
    until = clock.now() + timedelta(days=sealed_days) if sealed_days else None
    reading.score_of(
        reader=Reader("operator", "desk", "Repair desk"),
        person=person,
        purpose="review",
        fields=("score",),
        basis=Basis("a test", "1"),
        sealed_until=until,
    )


def test_the_archive_holds_the_same_in_json_and_parquet_under_one_schema(ana) -> None:
    look_at(ana)
    files = files_of(ana)
    schema = json.loads(files["schema.json"])["tables"]
    assert {"people.person", "people.tie", "scoring.event", "scoring.score"} <= set(schema)
    assert {"consent.grant", "wallet.entries", "disclosure.who_looked"} <= set(schema)
    for name, table in schema.items():
        rows = json.loads(files[f"data/{name}.json"])
        read = parquet.read_table(io.BytesIO(files[f"data/{name}.parquet"]))
        assert len(rows) == read.num_rows == table["rows"] > 0
        assert read.column_names == list(table["columns"]) == list(rows[0])
        assert table["meaning"]
    assert schema["scoring.event"]["rows"] == Event.objects.filter(person_id=ana.pk).count()
    page = files["index.html"].decode()
    assert all(f'id="{name}"' in page for name in schema)
    everything = b"".join(files.values()).decode(errors="replace")
    assert ana.password not in everything


def test_a_seal_stays_closed_in_the_archive(ana) -> None:
    look_at(ana, sealed_days=10)
    (row,) = json.loads(files_of(ana)["data/disclosure.who_looked.json"])
    assert (row["reader_name"], row["purpose"]) == ("", "")
    assert row["sealed_until"]


def changed(content: bytes, name: str, to: bytes | None) -> bytes:
    files = archive._unzip(content)
    if to is None:
        del files[name]
    else:
        files[name] = to
    return archive._zip(files)


def test_whatever_was_changed_is_noticed(ana) -> None:
    content, key = made(ana), public_key()
    for broken in (
        changed(content, "data/scoring.event.json", b"[]"),
        changed(content, "data/scoring.event.json", None),
        changed(content, "data/more.json", b"[]"),
        changed(content, archive.MANIFEST, None),
        content[: len(content) // 2],
        b"no zip",
    ):
        with pytest.raises(ZhimaError):
            archive.read(broken, key=key)
    stranger = SecretKey.generate("elsewhere.example/log").public
    with pytest.raises(ZhimaError):
        archive.read(content, key=stranger)


def test_evidence_goes_along_to_another_city_and_counts_there_once(ana) -> None:
    content, key = made(ana), public_key()
    newcomer = resident("Newcomer")
    count = Event.objects.filter(person_id=ana.pk).count()
    assert arriving.bring(person=newcomer, content=content, key=key) == {
        Verdict.NOT_OPTED_IN: count
    }
    opt_in(newcomer)
    assert arriving.bring(person=newcomer, content=content, key=key) == {Verdict.NO_CONSENT: count}
    consent(newcomer, app=arriving.recipient_of(key).removeprefix("app:"))
    assert arriving.bring(person=newcomer, content=content, key=key) == {Verdict.RECORDED: count}
    again = arriving.bring(person=newcomer, content=content, key=key)
    assert again == {Verdict.ALREADY_RECORDED: count}


def test_whoever_leaves_is_forgotten_and_the_log_stays_whole(ana) -> None:
    look_at(ana)
    with pytest.raises(leaving.CannotLeave):
        leaving.leave(ana)
    empty_purse(ana)
    leaving.leave(ana)
    Lease.objects.all().delete()
    settle(new_scorer())
    gone = Person.objects.get(pk=ana.pk)
    assert (gone.name, gone.is_active) == ("—", False)
    assert "ana" not in gone.username
    assert not Event.objects.filter(person_id=ana.pk).exists()
    assert not Score.objects.filter(person_id=ana.pk).exists()
    (entry,) = Entry.objects.exclude(reader__startswith="city:")
    assert (entry.person_id, entry.detail, entry.salt, entry.reader) == (None, None, None, "")
    assert entry.body


def empty_purse(person: Person) -> None:
    from zhima.city.ledger import requests
    from zhima.city.wallet import books

    books.write(
        requests.pay(
            transfer_id=f"out-{person.pk.hex}",
            payer=books.purse(person),
            payee=books.WORLD,
            amount_fen=books.account(person).balance_fen,
        )
    )


def test_the_pages(ana, client) -> None:
    client.force_login(ana)
    page = client.get("/my-data/")
    assert b"scoring.event" in page.content
    download = client.get("/my-data/archive.zip")
    assert zipfile.ZipFile(io.BytesIO(download.content)).testzip() is None
    assert b"Cash it out first" in client.get("/my-data/leave/").content
    empty_purse(ana)
    assert client.post("/my-data/leave/", {"username": "bo"}).status_code == 422
    assert client.post("/my-data/leave/", {"username": "ANA"}).status_code == 302
    assert client.get("/my-data/").status_code == 302
