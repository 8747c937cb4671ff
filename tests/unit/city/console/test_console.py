"""The office: registers that nobody types over, and rulebooks that need two and a date."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client

from tests.agreements import agreement
from tests.city_books import befriend, resident
from tests.city_scores import good_record, new_scorer, said, scored_resident, settle, tell
from zhima.city import clock
from zhima.city.console import counters, drafts, rulebooks
from zhima.city.console.navigation import sidebar
from zhima.city.console.registers import REGISTERS
from zhima.city.console.rulebooks import SENTENCES, Refusal, RulebookRefused
from zhima.city.console.steps import steps_of
from zhima.city.disclosure.feed import feed
from zhima.city.people.models import Person, Tie
from zhima.city.scoring import policy, readings
from zhima.city.scoring.models import Event, RulebookInForce, Score

pytestmark = pytest.mark.usefixtures("city")
State = RulebookInForce.State


def operator(name: str) -> Person:
    return Person.objects.create_superuser(name.lower(), "correct horse battery", name=name)


@pytest.fixture
def three() -> list[Person]:
    return [operator(name) for name in ("Draft", "First", "Second")]


def refused(step, **words: object) -> Refusal:
    with pytest.raises(RulebookRefused) as caught:
        step(**words)
    assert caught.value.sentence
    return caught.value.reason


def adopted(three: list[Person], name: str, *, since=None) -> RulebookInForce:
    row = rulebooks.draft(name=name, by=three[0])
    rulebooks.dry_run(pk=row.pk, by=three[0])
    rulebooks.approve(pk=row.pk, by=three[1])
    rulebooks.approve(pk=row.pk, by=three[2])
    since = since or clock.now() + timedelta(seconds=1)
    return rulebooks.enact(pk=row.pk, by=three[0], since=since)


def test_a_rulebook_comes_into_force_on_its_day_and_scores_follow(three) -> None:
    ana = scored_resident("Ana")
    tell(*good_record(ana))
    scorer = new_scorer()
    settle(scorer)
    before = readings.current(ana.pk)
    row = adopted(three, "zhima-2018", since=clock.now() + timedelta(days=3))
    assert row.dry_run["people"] == 1
    assert policy.name_in_force(clock.now()) == "open"
    clock.step(timedelta(days=4))
    assert policy.name_in_force(clock.now()) == "zhima-2018"
    settle(scorer)
    after = readings.current(ana.pk)
    assert (before.rulebook[:5], after.rulebook[:10]) == ("open#", "zhima-2018")
    assert after.cause == "rulebook"
    rulebooks.retire(pk=row.pk, by=three[0])
    settle(scorer)
    assert readings.current(ana.pk).rulebook.startswith("open#")


def test_the_next_rulebook_ends_the_one_before(three) -> None:
    first = adopted(three, "zhima-2018")
    clock.step(timedelta(seconds=5))
    adopted(three, "gdpr")
    clock.step(timedelta(seconds=5))
    assert policy.name_in_force(clock.now()) == "gdpr"
    assert rulebooks.retire_old() == 1
    first.refresh_from_db()
    assert first.state == State.RETIRED


def test_one_withdrawn_before_its_day_leaves_the_one_before_in_force(three) -> None:
    adopted(three, "zhima-2018")
    clock.step(timedelta(seconds=5))
    row = adopted(three, "gdpr", since=clock.now() + timedelta(days=3))
    assert row.is_to_come
    assert "to come" in str(row)
    rulebooks.retire(pk=row.pk, by=three[1])
    row.refresh_from_db()
    assert "withdrawn before" in drafts.next_step(row, three[0])
    clock.step(timedelta(days=4))
    assert policy.name_in_force(clock.now()) == "zhima-2018"


def test_the_page_says_who_has_to_do_what(three) -> None:
    draft, first, second = three
    row = rulebooks.draft(name="gdpr", by=draft)
    assert "dry run" in drafts.next_step(row, draft)
    row = rulebooks.dry_run(pk=row.pk, by=draft)
    assert drafts.next_step(row, draft).endswith("They can: First, Second.")
    assert "you would be the first" in drafts.next_step(row, first)
    row = rulebooks.approve(pk=row.pk, by=first)
    assert drafts.next_step(row, first).endswith("and can: Second.")
    assert "First has approved it" in drafts.next_step(row, second)
    Person.objects.filter(pk=second.pk).update(is_active=False)
    assert "nobody yet" in drafts.next_step(row, first)
    assert [each.name for each in steps_of(row, first)] == ["dry_run"]


def test_a_dry_run_is_told_in_words_with_both_distances_to_collapse(three) -> None:
    scored_resident("Ana")
    settle(new_scorer())
    row = rulebooks.draft(name="zhima-2018", by=three[0])
    assert drafts.dry_run(row) is None
    shown = drafts.dry_run(rulebooks.dry_run(pk=row.pk, by=three[0]))
    assert [round(each.critical_reaction, 3) for each in shown["terms"]] == [0.167, 3.167]
    assert [title.en for title, _ in shown["bands"]][-1] == "Outstanding"
    doors = {title.en: counts for title, *counts in shown["doors"]}
    assert doors["Borrow a class A tool"][1] is None, "the other has no such door"


def test_counters_lead_to_what_they_counted(three, client: Client) -> None:
    agreement(fen=100_00)
    ended = agreement(fen=100_00)
    ended.do("lapse")
    client.force_login(three[0])
    for counter in counters.counters():
        if counter.link:
            app, model = counter.link.split("_")
            listed = client.get(f"/office/{app}/{model}/{counter.query}")
            assert listed.context["cl"].result_count == int(counter.value), counter


def test_a_resident_leads_to_what_the_office_keeps_of_her(three, client: Client) -> None:
    ana = resident("Ana")
    client.force_login(three[0])
    page = client.get(f"/office/people/person/{ana.pk}/change/").content.decode()
    for link in (f"/obligations/obligation/?q={ana.username}", f"?username={ana.username}"):
        assert link in page
    form = client.get("/office/console/override/", {"username": ana.username}).content.decode()
    assert f'value="{ana.username}"' in form
    assert "Rent a car without deposit" in form


def test_every_way_to_refuse(three) -> None:
    stranger = resident("Ana")
    row = rulebooks.draft(name="gdpr", by=three[0])
    met = {
        refused(rulebooks.draft, name="gdpr", by=stranger),
        refused(rulebooks.draft, name="moon", by=three[0]),
        refused(rulebooks.draft, name="../../etc/passwd", by=three[0]),
        refused(rulebooks.approve, pk=row.pk, by=three[1]),
    }
    rulebooks.dry_run(pk=row.pk, by=three[0])
    met.add(refused(rulebooks.approve, pk=row.pk, by=three[0]))
    rulebooks.approve(pk=row.pk, by=three[1])
    met.add(refused(rulebooks.approve, pk=row.pk, by=three[1]))
    rulebooks.approve(pk=row.pk, by=three[2])
    yesterday = clock.now() - timedelta(days=1)
    met.add(refused(rulebooks.enact, pk=row.pk, by=three[0], since=yesterday))
    assert met == set(Refusal) == set(SENTENCES)


def test_nothing_can_be_typed_over_and_no_score_is_a_register(three, client: Client) -> None:
    client.force_login(three[0])
    request = client.get("/office/").wsgi_request
    request.user = three[0]
    for model in REGISTERS:
        register = admin.site._registry[model]
        assert not register.has_add_permission(request)
        assert not register.has_change_permission(request)
        assert not register.has_delete_permission(request)
    assert not {Score, Event} & set(admin.site._registry)


@pytest.mark.parametrize("model", REGISTERS, ids=lambda model: model._meta.label_lower)
def test_every_register_opens(three, client: Client, model) -> None:
    client.force_login(three[0])
    address = f"/office/{model._meta.app_label}/{model._meta.model_name}/"
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("model", REGISTERS, ids=lambda model: model._meta.label_lower)
def test_every_register_shows_what_its_rows_have(model) -> None:
    kept = REGISTERS[model]
    shown = [(model, name) for name in (*kept.listed, *kept.paged)]
    shown += [(rows, name) for rows, _, names in kept.rows for name in names]
    assert not [(of, name) for of, name in shown if not hasattr(of, name)]


def test_an_agreement_is_read_in_words_and_money(three, client: Client) -> None:
    client.force_login(three[0])
    made = agreement(fen=3500_00)
    made.do("start", freeze=True)
    made.do("hand_out", by=f"shop:{made.shop.pk.hex}")
    made.do("give_back", by=f"shop:{made.shop.pk.hex}")
    made.do("claim", amount_fen=400_00)
    listed = client.get("/office/obligations/obligation/").content.decode()
    address = re.search(r"/office/obligations/obligation/\w+/change/", listed)[0]
    page = client.get(address).content.decode()
    for shown in (listed, page):
        assert "3,000.00" in shown
        assert "Ended in order" in shown
    assert "Car rental" in page
    assert "400.00" in page
    assert "fen" not in re.sub(r"<[^>]+>", "", page), "the ledger's unit is nobody's word"


def test_the_navigation_leads_to_pages_that_open(three, client: Client) -> None:
    client.force_login(three[0])
    for group in sidebar(client.get("/office/").wsgi_request):
        for entry in group["items"]:
            assert client.get(entry["link"]).status_code == 200, entry


def test_the_first_page_counts_and_tells_the_distance_to_collapse(three, client: Client) -> None:
    client.force_login(three[0])
    page = client.get("/office/").content.decode()
    assert "Distance to collapse" in page
    assert "open#" in page
    assert client.get("/office/console/counters/").status_code == 200


def test_the_distance_to_collapse_is_that_of_the_rulebook_in_force(three, client: Client) -> None:
    client.force_login(three[0])
    # m (1 - a) / (1200 a^2), of docs/network.md, to three digits.
    assert "less than 0.167 of a tie" in client.get("/office/").content.decode()
    row = adopted(three, "zhima-2018")
    clock.step(timedelta(seconds=5))
    assert "less than 3.167 of a tie" in client.get("/office/").content.decode()
    rulebooks.retire(pk=row.pk, by=three[0])
    adopted(three, "gdpr")
    clock.step(timedelta(seconds=5))
    weight = policy.in_force(clock.now()).rulebook.rules.friends.weight
    page = client.get("/office/").content.decode()
    assert ("Friends do not count" in page) == (weight == 0)


def test_a_chain_is_read_for_a_reason_and_logged(three, client: Client) -> None:
    chen = scored_resident("Chen")
    scorer = new_scorer()
    settle(scorer)
    (breach,) = tell(said(chen, "obligation.breached", event_id="car:17"))
    settle(scorer)
    client.force_login(three[0])
    page = "/office/console/chain/"
    assert client.get(page, {"cause": breach}).status_code == 200
    assert client.post(page, {"cause": breach, "why": ""}).status_code == 422
    assert feed(chen) == [], "asking is not reading"
    shown = client.post(page, {"cause": breach, "why": "case 17"}).content.decode()
    assert "Chen: Broke an obligation" in shown
    assert [look.reader_name for look in feed(chen)] == ["Draft"]
    assert "moved nobody" in client.post(page, {"cause": "x", "why": "case 17"}).content.decode()


def test_a_receipt_names_each_contact_to_an_operator_who_says_why(three, client: Client) -> None:
    ana, bo, chen = (scored_resident(name) for name in ("Ana", "Bo", "Chen"))
    for other in (bo, chen):
        befriend(ana, other)
    Tie.objects.update(agreed_at=clock.now() - timedelta(days=200))
    tell(*good_record(bo), said(chen, "obligation.breached", event_id="car:17"))
    settle(new_scorer())
    client.force_login(three[0])
    link = f"/office/console/receipt/?person={ana.pk}"
    assert link in client.get(f"/office/people/person/{ana.pk}/change/").content.decode()
    page = "/office/console/receipt/"
    assert client.get(link).status_code == 200
    assert client.post(page, {"person": ana.pk, "why": ""}).status_code == 422
    assert feed(ana) == [], "asking is not reading"
    shown = client.post(page, {"person": ana.pk, "why": "case 17"}).content.decode()
    assert re.findall(r'data-contact="(\w+)"', shown) == ["Bo", "Chen"]
    score = readings.current(ana.pk)
    assert f"<span data-score>{score.score}</span>" in shown
    (look,) = feed(ana)
    assert (look.reader_name, look.purpose, look.refusal) == ("Draft", "receipt", "")
    looked = Client()
    looked.force_login(ana)
    told = looked.get("/who-looked/").content.decode()
    for words in ("what each contact gives and takes", "Oversight: an operator reads", "case 17"):
        assert words in told
    nobody = resident("Nia")
    assert client.post(page, {"person": nobody.pk, "why": "case 18"}).status_code == 422
    assert [each.refusal for each in feed(nobody)] == ["no_score"]
    assert client.post(page, {"person": "moon", "why": "x"}).status_code == 422


def test_a_rulebook_goes_through_the_pages(three, client: Client) -> None:
    client.force_login(three[0])
    assert client.post("/office/console/draft/", {"name": "moon"}).status_code == 422
    answer = client.post("/office/console/draft/", {"name": "gdpr"})
    page, row = answer["Location"], RulebookInForce.objects.get()
    for person, step in zip((0, 1, 2, 0), ("dry_run", "approve", "approve", "enact"), strict=True):
        client.force_login(three[person])
        shown = client.get(page).content.decode()
        assert f"/{row.pk}/{step}/" in shown
        client.post(f"/office/console/step/scoring.rulebookinforce/{row.pk}/{step}/")
    row.refresh_from_db()
    assert row.state == State.IN_FORCE
    odd = f"/office/console/step/scoring.rulebookinforce/{row.pk}/sing/"
    assert client.post(odd).status_code == 404
    assert client.post("/office/console/step/moon.moon/1/approve/").status_code == 404


def test_an_exception_goes_through_the_pages(three, client: Client) -> None:
    scored_resident("Ana")
    client.force_login(three[0])
    wish = {
        "username": "ana",
        "door_id": "car",
        "outcome": "open",
        "until": (clock.now() + timedelta(days=9)).strftime("%Y-%m-%d"),
        "reason": "Thin file.",
    }
    assert client.post("/office/console/override/", {**wish, "username": "x"}).status_code == 422
    page = client.post("/office/console/override/", wish)["Location"]
    client.force_login(three[1])
    assert "/agree/" in client.get(page).content.decode()


def test_the_office_alone_is_let_evaluate_its_templates(three, client: Client) -> None:
    client.force_login(three[0])
    assert "unsafe-eval" in client.get("/office/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/")["Content-Security-Policy"]


class Forms(HTMLParser):
    """How deep forms lie in each other: a browser drops an inner one, and its button with it."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag == "form"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "form"


def test_a_step_is_a_form_of_its_own(three, client: Client) -> None:
    client.force_login(three[0])
    row = rulebooks.draft(name="gdpr", by=three[0])
    page = client.get(f"/office/scoring/rulebookinforce/{row.pk}/change/").content.decode()
    forms = Forms()
    forms.feed(page)
    assert "/dry_run/" in page
    assert forms.deepest == 1
