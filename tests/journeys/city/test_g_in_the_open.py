"""In the open, on phones: D7, G1 and G3 to G6 of the scenes, and how their pages look."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.city.audits import audit
from tests.journeys.city.looks import LOOKS, look_through
from tests.journeys.city.phones import Phone, needs_chromium

pytestmark = needs_chromium

PAGES = (
    "/who-looked/",
    "/permissions/",
    "/my-data/",
    "/my-data/leave/",
    "/appeals/",
    "/appeals/score/",
    "/authority/courts/",
    "/authority/report/2026/",
    "/whose-good/?first=open&second=zhima-2018",
    "/whose-good/courts/",
    "/badge/",
)
AT_THE_DESK = ("/authority/requests/", "/authority/requests/new/", "/appeals/desk/")


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_fit_a_small_phone_and_hide_nothing_from_anybody(phone_of, look: str) -> None:
    look_through(phone_of("Li", reduced_motion="reduce", **LOOKS[look]), PAGES, look)
    look_through(phone_of("Rui", reduced_motion="reduce", **LOOKS[look]), AT_THE_DESK, look)


def score_on(page: Page) -> int:
    page.goto("/score/")
    return int(page.locator("[data-score]").first.inner_text())


def act(phone: Phone, name: str) -> None:
    """What the tour lets happen at a button."""
    phone.page.goto("/demo/two/")
    status = phone.page.evaluate(
        """(name) => fetch(`/demo/tour/act/${name}/`, {method: "POST", headers: {
            "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value}})
            .then((answer) => answer.status)""",
        name,
    )
    assert status == 200
    expect(phone.page.locator("#tour .note.bad")).to_have_count(0)


def test_d7_an_appeal_is_upheld_and_everything_is_as_before(phone_of) -> None:
    ana, chen, rui = phone_of("Ana"), phone_of("Chen"), phone_of("Rui")
    for step in ("damage", "unpaid"):
        act(chen, step)
    before = score_on(ana.page), score_on(chen.page)
    act(chen, "breach")
    expect(reason(chen.page, "You left something unpaid that you owed.")).to_be_visible(
        timeout=15_000
    )
    assert score_on(chen.page) < before[1]
    assert score_on(ana.page) <= before[0]
    ana.page.goto("/people/")
    ana.page.get_by_role("link", name="Chen").first.click()
    ana.page.get_by_role("button", name="End contact").click()
    expect(ana.page.get_by_text("no longer contacts", exact=False)).to_be_visible()

    chen.page.goto("/score/timeline/")
    chen.page.get_by_role("link", name="Appeal", exact=True).first.click()
    chen.page.get_by_label("What is wrong, in your words").fill(
        "I paid on the day: see the receipt."
    )
    chen.show("d7-contest")
    chen.page.get_by_role("button", name="Contest it").click()
    expect(chen.page.get_by_text("Until then the item counts for nothing.")).to_be_visible()
    chen.show("d7-open")
    expect_score(chen.page, at_least=before[1] - 15)

    rui.page.goto("/appeals/desk/")
    rui.page.get_by_role("link", name=re.compile("Broke an obligation")).first.click()
    expect(rui.page.get_by_text("I paid on the day")).to_be_visible()
    rui.page.get_by_text("Uphold", exact=False).click()
    rui.page.get_by_label("Reason, as the person will read it").fill("The receipt shows it.")
    rui.show("d7-decide")
    rui.page.get_by_role("button", name="Decide").click()
    expect(rui.page.get_by_text("Decided. The person has been told.")).to_be_visible()

    chen.page.goto("/appeals/")
    expect(chen.page.get_by_text("Upheld")).to_be_visible()
    for phone, other in ((chen, "Ana"), (ana, "Chen")):
        phone.page.goto("/appeals/")
        phone.show(f"d7-offer-to-{'chen' if phone is chen else 'ana'}")
        phone.page.get_by_role("button", name=f"Take back the tie with {other}").click()
    expect(ana.page.get_by_text("You are contacts again, as if nothing had been.")).to_be_visible()
    expect_score(chen.page, at_least=before[1])
    expect_score(ana.page, at_least=before[0])
    expect(reason(chen.page, "An item is contested and left out meanwhile.")).to_be_visible()
    chen.show("d7-timeline")


def reason(page: Page, sentence: str):  # type: ignore[no-untyped-def]
    """Of a change, as the time line says it; in its drawing it is a title that nobody sees."""
    page.goto("/score/timeline/")
    return page.get_by_text(sentence).filter(visible=True).first


def expect_score(page: Page, *, at_least: int) -> None:
    """The scorer works within the second; a busy machine takes some more."""
    for _ in range(40):
        if score_on(page) >= at_least:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{score_on(page)} is not {at_least}")


def enters(rui: Phone, *, file: str, sealed_until: date | None = None) -> str:
    """An agency's request as it is typed; the address of its page."""
    page = rui.page
    page.goto("/authority/requests/new/")
    page.get_by_label("Agency").select_option(label="River court")
    page.get_by_label("Log-in name of the person").fill("ana")
    page.get_by_label("Law and article", exact=True).fill("Code of civil procedure, Art. 67")
    page.get_by_label("File number").fill(file)
    page.get_by_label("What the answer is for").fill("enforcement of a judgment")
    page.get_by_role("checkbox", name="the band", exact=True).check()
    today = date.today()
    page.get_by_label("From", exact=True).fill(f"{today - timedelta(days=30)}")
    page.get_by_label("To", exact=True).fill(f"{today}")
    if sealed_until is not None:
        page.get_by_label("Sealed until (optional)").fill(f"{sealed_until}")
        page.get_by_label("Law and article of the seal").fill("Art. 70")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_text("enforcement of a judgment")).to_be_visible()
    return page.url


def test_g1_the_state_asks_two_approve_and_the_person_sees_it(phone_of) -> None:
    ana, rui, noa, tam = (phone_of(name) for name in ("Ana", "Rui", "Noa", "Tam"))
    address = enters(rui, file="12/2026")
    rui.page.get_by_role("button", name="Approve").click()
    expect(rui.page.get_by_text(re.compile("entered|asked", re.IGNORECASE)).first).to_be_visible()
    for approver in (noa, tam):
        approver.page.goto(address)
        approver.page.get_by_role("button", name="Approve").click()
    expect(tam.page.get_by_text("Shown once.", exact=False)).to_be_visible()
    tam.show("g1-answer")
    ana.page.goto("/who-looked/")
    look = ana.page.locator(".look").first
    expect(look).to_contain_text("River court")
    expect(look).to_contain_text("Art. 67")
    expect(look).to_contain_text("Approved by Noa, Tam")
    ana.show("g1-who-looked")
    look.get_by_role("link", name="Contest").click()
    expect(ana.page.get_by_text("That River court read about me")).to_be_visible()
    ana.show("g1-contest-a-reading")

    sealed = enters(rui, file="13/2026", sealed_until=date.today() + timedelta(days=80))
    for approver in (noa, tam):
        approver.page.goto(sealed)
        approver.page.get_by_role("button", name="Approve").click()
    ana.page.goto("/who-looked/")
    look = ana.page.locator(".look").first
    expect(look).to_contain_text("It opens by itself on")
    expect(look).not_to_contain_text("River court")
    ana.show("g1-sealed")
    ana.page.goto("/authority/report/")
    expect(ana.page.get_by_text("River court").first).to_be_visible()
    ana.show("g1-report")
    with ana.page.expect_download() as download:
        ana.page.get_by_role("link", name="As CSV").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert "River court" in rows[1]


def test_g3_a_court_list_is_shown_and_cutting_the_link_shows_what_changes(phone_of) -> None:
    li = phone_of("Li")
    li.page.goto("/authority/courts/")
    expect(li.page.get_by_text("Costs of a judgment unpaid")).to_be_visible()
    expect(li.page.get_by_text("they change no score", exact=False)).to_be_visible()
    li.page.get_by_role("link", name="What cutting the link changes").click()
    linked, cut = (int(n) for n in li.page.locator(".versus .number").all_inner_texts())
    assert linked < cut
    expect(
        li.page.get_by_text(re.compile(r"Cutting it changes the scores? of \d+"))
    ).to_be_visible()
    li.show("g3-link-cut")


def test_g4_everything_they_know_is_one_file(phone_of) -> None:
    ana = phone_of("Ana")
    ana.page.goto("/my-data/")
    ana.show("g4-what-they-know")
    with ana.page.expect_download() as download:
        ana.page.get_by_role(
            "link", name=re.compile("Everything|Download", re.IGNORECASE)
        ).first.click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        tables = json.loads(archive.read("schema.json"))["tables"]
        assert {"scoring.event", "scoring.score", "consent.grant", "wallet.entries"} <= set(tables)
        page = archive.read("index.html").decode()
    # As it lies on her own disk, where nothing of the city's rules.
    ana.page.goto("about:blank")
    ana.page.set_content(page)
    expect(ana.page.get_by_text("scoring.event").first).to_be_visible()
    ana.show("g4-archive")


def test_g5_two_rulebooks_judge_and_a_person_is_demanded(phone_of) -> None:
    bo = phone_of("Bo")
    bo.page.goto("/whose-good/?first=open&second=zhima-2018")
    assert len(bo.page.locator(".versus .number").all_inner_texts()) == 2
    expect(bo.page.get_by_text("Who gains, who loses")).to_be_visible()
    bo.page.get_by_role("button", name="Have a person look at my score").click()
    bo.page.get_by_label("What is wrong, in your words").fill("My friends are not my record.")
    bo.page.get_by_role("button", name="Contest it").click()
    expect(bo.page.get_by_text("Your case is open.")).to_be_visible()
    bo.show("g5-human")


def test_g6_a_clerk_raises_a_friend_and_the_audit_finds_it(address, home: Path) -> None:
    assert audit(home) == set()
    with closing(sqlite3.connect(home / "city.sqlite3", timeout=20)) as held, held:
        bo = "(SELECT id FROM people_person WHERE username = 'bo')"
        held.execute(f"UPDATE scoring_score SET score = 820, high = 900 WHERE person_id = {bo}")
    assert audit(home) >= {("receipts", "sum_differs"), ("scores", "unknown_standing")}


def test_a_rulebook_goes_its_whole_way_by_clicks_alone(phone_of) -> None:
    """Drafted, tried on everybody, approved by two others, in force on its day, retired."""
    rui, noa, tam, ana = (phone_of(name) for name in ("Rui", "Noa", "Tam", "Ana"))
    for officer in (rui, noa, tam):
        officer.page.set_viewport_size({"width": 1280, "height": 900})
    page = rui.page
    page.get_by_role("link", name="The office").click()
    expect(page.locator("#in-force")).to_contain_text("Open rulebook")
    expect(page.locator("#in-force")).to_contain_text("Distance to collapse")
    page.get_by_role("link", name="All rulebooks").click()
    page.get_by_role("link", name="Draft a rulebook").last.click()
    page.get_by_label("Rulebook").select_option("GDPR rulebook (gdpr)")
    page.get_by_role("button", name="Draft a rulebook").click()
    page.get_by_role("button", name="Dry run on everybody").click()
    expect(page.locator("[data-collapse]")).to_contain_text("0.167", timeout=30_000)
    expect(page.get_by_text("Doors open without deposit")).to_be_visible()
    expect(next_of(page)).to_contain_text("They can: Noa, Tam")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    rui.show("office-dry-run")

    for officer, said in ((noa, "you would be the first"), (tam, "Noa has approved it")):
        open_draft(officer.page, "GDPR rulebook")
        expect(next_of(officer.page)).to_contain_text(said)
        officer.page.get_by_role("button", name="Approve").click()
    expect(next_of(tam.page)).to_contain_text("Two have approved it")
    today = date.fromisoformat(tam.page.get_by_label("In force from").input_value())
    tam.page.get_by_label("In force from").fill(str(today + timedelta(days=1)))
    tam.page.get_by_role("button", name="Put in force").click()
    expect(next_of(tam.page)).to_contain_text("It comes into force on")
    assert "open#" in rulebook_of(ana.page), "not before its day"

    ana.page.goto("/demo/two/")
    with ana.page.expect_navigation(timeout=60_000):
        ana.page.get_by_role("button", name="A day later").click()
    wait_for_rulebook(ana.page, "GDPR rulebook")
    page.get_by_role("link", name="Now").click()
    expect(page.locator("#in-force")).to_contain_text("GDPR rulebook")
    expect(page.locator("#in-force")).to_contain_text("Friends do not count")
    open_draft(page, "GDPR rulebook")
    expect(next_of(page)).to_contain_text("If it is retired")
    page.get_by_role("button", name="Retire now").click()
    expect(next_of(page)).to_contain_text("It was in force from")
    wait_for_rulebook(ana.page, "Open rulebook")


def next_of(page: Page) -> Locator:
    """The sentence that says what has to happen with a rulebook now."""
    return page.locator("#next")


def open_draft(page: Page, title: str) -> None:
    """From wherever an officer is, by the navigation, to a rulebook's page."""
    if "/office/" not in page.url:
        page.get_by_role("link", name="The office").click()
    page.get_by_role("link", name="Rulebooks", exact=False).first.click()
    page.locator("#result_list").get_by_role("link", name=title).first.click()


def rulebook_of(page: Page) -> str:
    page.goto("/score/")
    return page.locator(".under-rule").inner_text()


def wait_for_rulebook(page: Page, title: str) -> None:
    """The open score page is counted anew by itself."""
    page.goto("/score/")
    expect(page.locator(".under-rule")).to_contain_text(title, timeout=30_000)
