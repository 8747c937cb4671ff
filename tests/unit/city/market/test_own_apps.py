"""The city's own apps are in its process and still report nothing that nobody allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.city_books import city
from tests.city_phones import Phone, resident
from tests.market_phones import allows, kinds_about
from tests.scored import opt_in
from zhima.city.clock import now
from zhima.city.market import counter, shelf
from zhima.city.market.models import App, Offer, RefusedReport
from zhima.city.market.outcomes import Refusal, Refused
from zhima.city.pay.models import Merchant

pytestmark = pytest.mark.usefixtures("city")
__all__ = ["city"]
APPS = sorted(shelf.own_manifests())
WITH_DEPOSIT = [app for app in APPS if shelf.manifest_of(app).deposit]


@pytest.fixture
def ana() -> Phone:
    ana = resident("Ana")
    opt_in(ana.person)
    return ana


def says(app: App, kind: str, phone: Phone, event_id: str) -> str | Refused:
    return counter.report_by_app(app, person=phone.person, kind=kind, event_id=event_id, context={})


@pytest.mark.parametrize("name", APPS)
def test_evidence_counts_with_consent_to_this_app_alone(name: str, ana: Phone) -> None:
    app = shelf.find(name)
    declared = app.manifest.evidence[0]
    other = next(each for each in APPS if each != name)
    allows(ana, other, *shelf.find(other).manifest.purposes)
    assert says(app, declared.kind, ana, "one") == "no_consent"
    allows(ana, name, declared.purpose)
    assert says(app, declared.kind, ana, "one") == "recorded"
    assert kinds_about(ana) == [declared.kind]


@pytest.mark.parametrize("name", APPS)
def test_what_the_manifest_does_not_declare_is_refused_and_written_down(
    name: str, ana: Phone
) -> None:
    app = shelf.find(name)
    allows(ana, name, *app.manifest.purposes)
    assert says(app, "item.struck", ana, "one") == Refused(Refusal.UNDECLARED_KIND)
    written = RefusedReport.objects.get()
    assert (written.app_id, written.kind, written.reason) == (
        name,
        "item.struck",
        "undeclared_kind",
    )


@pytest.mark.parametrize("name", WITH_DEPOSIT)
def test_no_door_is_asked_without_consent(name: str, ana: Phone) -> None:
    app, keeper = shelf.find(name), resident("Keeper")
    shop = Merchant.objects.get(pk=keeper.opens_shop(name))
    thing = Offer.objects.create(
        app_id=name, key="thing", merchant=shop, title_en="T", title_zh="T"
    )
    due = now() + timedelta(days=2)

    def outcome(key: str) -> str:
        quoted = counter.quote(app, person=ana.person, offer=thing, until=due, key=key)
        return str(quoted.decision["outcome"])

    assert outcome("before") == "no_grant"
    allows(ana, name, f"door:{app.manifest.deposit.door}")
    assert outcome("after") != "no_grant"
