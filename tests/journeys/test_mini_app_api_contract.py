"""schemathesis against what apps from outside, and partners who read, are told of their APIs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.apps_from_outside import AGREE, BOOK, HOURS, PAY, AppSoftware, published, with_a_deposit
from tests.city_phones import resident
from tests.contracts import PLAYED, Document
from tests.given_scores import stand_at
from tests.oauth_partner import json_of, register
from zhima.city import clock
from zhima.city.market import inventory
from zhima.city.market.models import App, Booking, Offer

apps, partners = Document("/api/apps/v1/openapi.json"), Document("/api/partner/v1/openapi.json")
_turns = count()


@pytest.fixture
def known(transactional_db: None) -> dict[str, Any]:
    """An app with a thing to book; somebody who lets it do everything, and has booked."""
    app, secret = published(resident("Maker"), with_a_deposit())
    ana = resident("Ana", fen=5000_00)
    stand_at(ana.person, 700)
    offer = _kite(app)
    slot = next(iter(inventory.slots(offer, day=timezone.localdate(clock.now()) + timedelta(1))))
    moments = dict.fromkeys(("made_at", "changed_at", "starts_at"), clock.now())
    booking = Booking.objects.create(
        app_id=app.pk, offer=offer, person=ana.person, state="booked", wish_key="known", **moments
    )
    kites = AppSoftware.of(app, secret)
    ticks = (BOOK, PAY, AGREE, HOURS, "door:car outcome", "door:car deposit")
    apps.keys |= {
        "/api/apps/v1/app/": kites.for_itself(),
        "/api/apps/v1/person/": kites.for_person(ana, *ticks),
    }
    return {
        "booking_id": booking.pk,
        "offer_key": offer.key,
        "offer": offer.key,
        "slot_id": slot.pk,
        "kind": "hours.given",
    }


def _kite(app: App) -> Offer:
    return Offer.objects.create(
        app_id=app.pk,
        key="dragon",
        merchant=app.merchant,
        title_en="Kite",
        title_zh="风筝",
        price_fen=800,
        pattern={"times": ["10:00"], "minutes": 60, "places": 1},
    )


@apps.schema.parametrize()
@PLAYED
def test_every_route_for_apps_keeps_its_contract(known: dict[str, Any], case: Any) -> None:
    if next(_turns) % 2 and case.meta and case.meta.generation.mode.is_positive:
        _point(case, known)
    apps.play(case)


def _point(case: Any, known: dict[str, Any]) -> None:
    """Let a case be about things that are there: guessed ids end before anything happens."""
    for said in (case.path_parameters, case.body):
        if isinstance(said, dict):
            said.update({name: value for name, value in known.items() if name in said})


@pytest.fixture
def heron(transactional_db: None) -> None:
    """A partner that somebody lets read."""
    ana = resident("Ana")
    stand_at(ana.person, 700)
    software = register(profile=["band", "score"], door__car=["outcome", "deposit"])
    phone = Client()
    phone.force_login(ana.person)
    ticks = ["profile band", "door:car outcome", "door:car deposit"]
    code = software.ask(phone, "profile", "door:car", ticks=ticks)["code"]
    partners.keys["/"] = json_of(software.exchange(code))["access_token"]


@partners.schema.parametrize()
@PLAYED
def test_every_route_for_partners_who_read_keeps_its_contract(heron: None, case: Any) -> None:
    partners.play(case)
