"""The log over the city's tables: places, heads, proofs, files, and many readers at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction

from tests.city_books import resident
from tests.scored import a_score, opt_in, published
from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.disclosure import log, recorder, tree
from zhima.city.disclosure.entries import READ
from zhima.city.disclosure.keys import public_key
from zhima.city.disclosure.models import Entry, Tile, Tree
from zhima.city.disclosure.own_entry import check_own, own_entry
from zhima.city.disclosure.publishing import publish
from zhima.city.disclosure.reading import Reader, Refused, score_of
from zhima.city.merkle.folder import Folder, read_head
from zhima.city.merkle.heads import open_head
from zhima.city.merkle.proof_file import check_proof
from zhima.city.merkle.reasons import LogError, Wrong
from zhima.city.merkle.verify import verify
from zhima.city.people.models import Person

SHOP = Reader("shop", "stall", "Tea stall")


@pytest.fixture
def ana(city: None) -> Person:
    return resident("Ana")


def write(person: Person, count: int = 1) -> None:
    """Entries as readings leave them."""
    with transaction.atomic():
        for number in range(count):
            log.append(
                kind=READ,
                person_id=person.pk,
                reader_kind="shop",
                reader="shop:stall",
                detail={"person": str(person.pk), "number": number},
            )


def test_entries_get_places_without_gaps_and_heads_are_signed(ana: Person) -> None:
    total = 0
    for count in (1, 3, 300, 0, 5):
        write(ana, count)
        assert tree.integrate() == count
        total += count
        assert open_head(tree.signed_head(), public_key()).size == total
    assert list(Entry.objects.order_by("pk").values_list("place", flat=True)) == list(range(total))


def test_an_empty_log_has_a_head_too(ana: Person) -> None:
    assert open_head(tree.signed_head(), public_key()).size == 0


def test_every_entry_is_proved_under_the_head(ana: Person) -> None:
    write(ana, 260)
    note = tree.signed_head()
    for place in (0, 255, 256, 259):
        entry = Entry.objects.get(place=place)
        proof = tree.prove(place, note=note, size=260)
        check_proof(proof, entry=bytes(entry.body), key=public_key())


def test_a_person_keeps_her_entry_as_a_file(ana: Person) -> None:
    write(ana, 5)
    note = tree.signed_head()
    entry = Entry.objects.get(place=3)
    proof = tree.prove(3, note=note, size=5)
    kept = own_entry(
        body=bytes(entry.body), salt=bytes(entry.salt), detail=entry.detail, proof=proof
    )
    own = check_own(kept, public_key())
    assert (own.index, own.detail["number"]) == (3, 3)
    for change, reason in (
        ('"number": 3', Wrong.PROOF_OF_ANOTHER),
        ('"detail"', Wrong.TORN_PROOF),
    ):
        with pytest.raises(LogError) as wrong:
            check_own(kept.replace(change, change.replace("3", "4").upper()), public_key())
        assert wrong.value.reason is reason


def test_files_follow_the_log_and_are_whole(ana: Person, tmp_path: Path) -> None:
    earlier = None
    for count in (0, 3, 300, 1):
        write(ana, count)
        size = publish(tmp_path)
        verdict = verify(Folder(tmp_path), public_key(), earlier=earlier)
        assert verdict.findings == ()
        assert verdict.head.size == size == Entry.objects.count()
        earlier = read_head(Folder(tmp_path))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: Entry.objects.filter(place=7).update(body=b"{}"), Wrong.CHANGED_ENTRY),
        (lambda: Entry.objects.filter(place=7).delete(), Wrong.MISSING_FILE),
        (lambda: Tile.objects.filter(level=0).update(hashes=bytes(32 * 20)), Wrong.CHANGED_ENTRY),
        (lambda: Tree.objects.update(note=Tree.objects.get().note[:-9]), Wrong.TORN_HEAD),
    ],
)
def test_who_changes_the_tables_is_found(ana: Person, tmp_path: Path, change, reason) -> None:
    write(ana, 20)
    tree.integrate()
    change()
    try:
        publish(tmp_path)
        found = {finding.reason for finding in verify(Folder(tmp_path), public_key()).findings}
    except LogError as error:
        found = {error.reason}
    assert reason in found


def test_an_entry_outside_of_a_transaction_is_a_mistake_of_ours(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction of its reading"):
        log.append(kind=READ, person_id="x", reader_kind="shop", reader="shop:x", detail={})


@pytest.fixture
def many(transactional_db: None) -> Iterator[list[Person]]:
    """People whose score the stall may read, in a city whose transactions are real."""
    with published() as scores:
        people = [Person.objects.create_user(f"person{n}") for n in range(4)]
        for number, person in enumerate(people):
            opt_in(person)
            scores[person.pk] = a_score(600 + number)
            grants.give(
                person=person,
                recipient="shop:stall",
                purpose="profile",
                fields=["score"],
                until=clock.now() + timedelta(days=1),
            )
        yield people
        recorder.stop()


def read_score(person: Person) -> int | str:
    try:
        return score_of(reader=SHOP, person=person, purpose="profile", fields=["score"])["score"]
    except Refused as refused:
        return str(refused.reason)
    finally:
        connections.close_all()


def test_many_readers_at_once_get_their_own_answers_and_one_entry_each(many) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(read_score, many * 10))
    assert answers == [600, 601, 602, 603] * 10
    placed = list(Entry.objects.order_by("pk").values_list("place", flat=True))
    assert placed == list(range(40)), "placed in the commit of their reading"
    assert open_head(Tree.objects.get().note, public_key()).size == 40


def test_a_refusal_among_others_is_logged_and_stops_nobody(many) -> None:
    bare = Person.objects.create_user("bare")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(read_score, [*many, bare]))
    assert answers == [600, 601, 602, 603, "no_grant"]
    assert Entry.objects.filter(person=bare, detail__reason="no_grant").count() == 1


def test_a_reading_that_breaks_is_told_so_and_the_others_are_not_lost(many) -> None:
    def broken() -> None:
        log.append(kind=READ, person_id=many[0].pk, reader_kind="shop", reader="shop:x", detail={})
        raise ZeroDivisionError

    with ThreadPoolExecutor(4) as pool:
        failing = pool.submit(recorder.recorder().do, broken)
        answers = list(pool.map(read_score, many))
    assert isinstance(failing.exception(), ZeroDivisionError)
    assert answers == [600, 601, 602, 603]
    assert Entry.objects.count() == 4


def test_a_reading_inside_a_transaction_goes_with_it(many) -> None:
    with transaction.atomic():
        score_of(reader=SHOP, person=many[0], purpose="profile", fields=["score"])
        assert Entry.objects.get().place is None
    assert Entry.objects.get().place == 0
