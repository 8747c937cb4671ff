"""A shop's own software takes a payment, gives it back and hears of both."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from tests.city_phones import resident
from tests.listener import Listener
from tests.partner import Partner
from zhima.city.api.keys import make_key
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.api.sending import PAUSES, deliver_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner() -> Partner:
    return Partner()


def error_of(answer: Any) -> dict[str, str]:
    body: dict[str, dict[str, str]] = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "field", "remedy"}
    assert body["error"]["remedy"]
    return body["error"]


def test_an_order_is_made_paid_and_refunded_in_parts(partner: Partner) -> None:
    ana = resident("Ana", fen=500_00)
    order = partner.order(30_00)
    assert order["state"] == "open"
    assert ana.pay(order["code"]).receipt
    path = f"/orders/{order['order_id']}"
    paid = partner.call("GET", path).json()
    assert (paid["state"], paid["paid_fen"], len(paid["payments"])) == ("paid", 30_00, 1)
    first = partner.post(f"{path}/refunds", {"amount_fen": 10_00}, key="refund-one-1")
    again = partner.post(f"{path}/refunds", {"amount_fen": 10_00}, key="refund-one-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    over = partner.post(f"{path}/refunds", {"amount_fen": 20_01})
    assert (over.status_code, error_of(over)["code"]) == (409, "refund_over_paid")
    assert error_of(over)["field"] == "amount_fen"
    assert partner.post(f"{path}/refunds", {"amount_fen": 20_00}).status_code == 201
    assert partner.call("GET", path).json()["state"] == "refunded"
    assert ana.balance_fen == 500_00


def test_a_refund_of_a_shared_bill_reaches_every_payer(partner: Partner) -> None:
    ana, chen = resident("Ana", fen=100_00), resident("Chen", fen=100_00)
    order = partner.order(100_00)
    ana.pay(order["code"], "60")
    chen.pay(order["code"])
    path = f"/orders/{order['order_id']}/refunds"
    assert partner.post(path, {"amount_fen": 50_00}, key="half-of-it").status_code == 201
    assert (ana.balance_fen, chen.balance_fen) == (50_00, 100_00)
    assert partner.post(path, {"amount_fen": 50_00}).status_code == 201
    assert (ana.balance_fen, chen.balance_fen) == (100_00, 100_00)


def test_a_reference_is_one_order(partner: Partner) -> None:
    body = {"reference": "table-7", "amount_fen": 188_00, "bill": "Table 7"}
    first, second = partner.post("/orders", body), partner.post("/orders", body)
    assert first.json()["order_id"] == second.json()["order_id"]
    other = partner.post("/orders", {**body, "amount_fen": 1})
    assert (other.status_code, error_of(other)["code"]) == (409, "reference_reused")


def test_a_key_belongs_to_one_wish(partner: Partner) -> None:
    path = f"/orders/{partner.order()['order_id']}/refunds"
    first = partner.post(path, {"amount_fen": 1}, key="the-same-key")
    assert error_of(first)["code"] == "payment_unknown"
    other = partner.post(path, {"amount_fen": 2}, key="the-same-key")
    assert (other.status_code, error_of(other)["code"]) == (409, "idempotency_key_reused")
    missing = partner.call("POST", path, {"amount_fen": 2})
    assert (missing.status_code, error_of(missing)["field"]) == (422, "Idempotency-Key")


def test_orders_are_closed_cancelled_and_listed(partner: Partner) -> None:
    ana = resident("Ana", fen=500_00)
    open_order, paid = partner.order(10_00), partner.order(20_00)
    ana.pay(paid["code"])
    closed = partner.post(f"/orders/{open_order['order_id']}/close")
    assert closed.json()["state"] == "closed"
    refused = partner.post(f"/orders/{paid['order_id']}/close")
    assert (refused.status_code, error_of(refused)["code"]) == (409, "order_paid")
    assert partner.post(f"/orders/{paid['order_id']}/cancel").json()["state"] == "cancelled"
    assert ana.balance_fen == 500_00
    listed = partner.call("GET", "/orders").json()["orders"]
    assert [order["state"] for order in listed] == ["cancelled", "closed"]


def test_a_pay_code_is_charged_once(partner: Partner) -> None:
    ana = resident("Ana", fen=500_00)
    body = {"pay_code": ana.get("pay:code").digits.replace(" ", ""), "amount_fen": 18_80}
    paid = partner.post("/payments", body)
    assert paid.status_code == 201
    again = partner.post("/payments", body)
    assert (again.status_code, error_of(again)["code"]) == (409, "pay_code_used")
    payment = partner.call("GET", f"/payments/{paid.json()['payment_id']}").json()
    assert payment["amount_fen"] == 18_80
    back = partner.post(f"/payments/{payment['payment_id']}/refunds", {"amount_fen": 18_80})
    assert (back.status_code, ana.balance_fen) == (201, 500_00)


def test_a_ticket_is_admitted_once(partner: Partner) -> None:
    ana = resident("Ana", fen=500_00)
    order = partner.order(40_00, seat="12F")
    link = ana.pay(order["code"]).text.partition("/pay/tickets/")[2]
    code = ana.get("pay:ticket", link.partition("/")[0]).code
    assert partner.post("/admissions", {"code": code}).json()["seat"] == "12F"
    again = partner.post("/admissions", {"code": code})
    assert (again.status_code, error_of(again)["code"]) == (409, "ticket_used")


def test_nothing_of_another_shop_is_seen(partner: Partner) -> None:
    stranger, ana = Partner(), resident("Ana", fen=500_00)
    order = partner.order()
    receipt = ana.pay(order["code"]).receipt
    for method, path, body in (
        ("GET", f"/orders/{order['order_id']}", None),
        ("POST", f"/orders/{order['order_id']}/cancel", None),
        ("GET", f"/payments/{receipt}", None),
        ("POST", f"/payments/{receipt}/refunds", {"amount_fen": 1}),
    ):
        answer = stranger.call(method, path, body, **{"Idempotency-Key": "some-key-1"})
        assert answer.status_code == 404, path
        assert error_of(answer)
    assert stranger.call("GET", "/orders").json()["orders"] == []
    assert ana.balance_fen == 470_00


@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer zk_wrong", "Basic abc"])
def test_without_a_valid_key_there_is_nothing(partner: Partner, key: str) -> None:
    answer = partner.call("GET", "/orders", Authorization=key)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "key_unknown")


def test_a_revoked_key_is_no_key(partner: Partner) -> None:
    page = partner.owner.get("api:keys", partner.shop.pk)
    key_id = page.text.partition(f"/shops/{partner.shop.pk}/keys/")[2].partition("/")[0]
    partner.owner.post("api:revoke", partner.shop.pk, key_id)
    assert partner.call("GET", "/orders").status_code == 401
    fresh = partner.owner.post("api:keys", partner.shop.pk).text
    partner.key = fresh.partition("data-key>")[2].partition("<")[0]
    assert partner.call("GET", "/orders").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"amount_fen": 10**13}, "amount_fen"),
        ({"amount_fen": 12.5}, "amount_fen"),
        ({"amount_fen": "12"}, "amount_fen"),
        ({"amount_fen": True}, "amount_fen"),
        ({"bill": ""}, "bill"),
        ({"bill": "x" * 26}, "bill"),
        ({"reference": "a b"}, "reference"),
        ({"life_seconds": 0}, "life_seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_the_field_at_fault_is_named(partner: Partner, change: dict[str, Any], field: str) -> None:
    body = {"reference": "r-1", "amount_fen": 1, "bill": "Tea", **change}
    answer = partner.post("/orders", body)
    assert (answer.status_code, error_of(answer)["field"]) == (422, field)


def test_a_body_that_is_no_json_is_named(partner: Partner) -> None:
    answer = partner._client.post(
        "/api/v1/orders",
        b"{",
        "application/json",
        headers={"Authorization": f"Bearer {partner.key}"},
    )
    assert (answer.status_code, error_of(answer)["code"]) == (400, "body_malformed")


def test_a_shop_has_so_many_requests_a_minute_however_many_keys(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhima.city.api.keys.RATE", "5/minute")
    answers = []
    for _ in range(12):
        answers.append(partner.call("GET", "/orders"))
        partner.key = make_key(partner.shop)
    # A new minute may begin once among them: one of the two has six.
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.status_code for answer in answers} == {200, 429}
    assert error_of(refused[0])["code"] == "too_many_requests"
    assert refused[0]["Retry-After"] == "60"
    assert Partner().call("GET", "/orders").status_code == 200


def test_webhooks_are_signed_retried_and_replayed(partner: Partner, listener: Listener) -> None:
    made = partner.post("/webhook-endpoints", {"url": listener.url}).json()
    ana, order = resident("Ana", fen=500_00), partner.order()
    ana.pay(order["code"])
    partner.post(f"/orders/{order['order_id']}/refunds", {"amount_fen": 1_00})
    listener.answer = 500
    call_command("webhooks", once=True)
    call_command("webhooks", once=True)
    assert len(listener.heard) == 2, "each event once; the second try waits for its time"
    listener.answer = 200
    deliver_due(now=timezone.now() + PAUSES[0] + timedelta(seconds=1))
    assert len(listener.heard) == 4
    told = [Webhook(made["secret"]).verify(body, headers) for headers, body in listener.heard[:2]]
    assert [event["type"] for event in told] == ["payment.received", "payment.refunded"]
    assert told[0]["data"]["order_id"] == order["order_id"]
    assert told[1]["data"]["amount_fen"] == 1_00
    listed = partner.call("GET", "/webhook-deliveries").json()["deliveries"]
    assert [(d["state"], d["attempts"]) for d in listed] == [("delivered", 2)] * 2
    partner.post(f"/webhook-deliveries/{listed[0]['delivery_id']}/replay")
    call_command("webhooks", once=True)
    assert listener.heard[-1][0]["webhook-id"] == listed[0]["delivery_id"]


@pytest.mark.parametrize(("port", "status"), [(0, 422), (1, 201), (65535, 201), (65536, 422)])
def test_a_port_that_cannot_be_is_refused_as_the_document_says(
    partner: Partner, port: int, status: int
) -> None:
    made = partner.post("/webhook-endpoints", {"url": f"http://127.0.0.1:{port}/hooks"})
    assert made.status_code == status, made.content
    if status == 422:
        assert made.json()["error"]["code"] != "url_not_reachable"


def test_what_concerns_no_shop_that_listens_holds_up_nothing(
    partner: Partner, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.post("/webhook-endpoints", {"url": listener.url})
    call_command("webhooks", once=True)
    monkeypatch.setattr("zhima.city.api.events.AT_ONCE", 1)
    ana = resident("Ana", fen=500_00)
    resident("Bo", fen=500_00)
    ana.pay(partner.order()["code"])
    call_command("webhooks", once=True)
    assert len(listener.heard) == 1


def test_an_endpoint_that_is_gone_hears_no_more(partner: Partner, listener: Listener) -> None:
    partner.post("/webhook-endpoints", {"url": listener.url})
    listener.answer = 410
    resident("Ana", fen=500_00).pay(partner.order()["code"])
    call_command("webhooks", once=True)
    assert Delivery.objects.get().state == "failed"
    assert not Endpoint.objects.get().is_active
    resident("Bo", fen=500_00).pay(partner.order()["code"])
    call_command("webhooks", once=True)
    assert len(listener.heard) == 1


def test_a_silent_endpoint_is_given_up_in_the_end(partner: Partner, listener: Listener) -> None:
    partner.post("/webhook-endpoints", {"url": listener.url})
    listener.answer = 503
    resident("Ana", fen=500_00).pay(partner.order()["code"])
    call_command("webhooks", once=True)
    for _ in PAUSES:
        deliver_due(now=Delivery.objects.get().due_at)
    found = Delivery.objects.get()
    assert (found.state, found.attempts) == ("failed", len(PAUSES) + 1)


def test_the_openapi_document_names_every_route(partner: Partner) -> None:
    document = json.loads(partner.call("GET", "/openapi.json").content)
    assert {"/api/v1/orders", "/api/v1/payments", "/api/v1/admissions"} <= set(document["paths"])
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert {"400", "401", "404", "409", "422"} <= set(route["responses"]), (path, method)
