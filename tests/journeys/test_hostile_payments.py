"""What an attacker types, posts and repeats: each a named answer, never a fault of the server."""

from __future__ import annotations

import pytest

from tests.city_phones import Phone, resident, sum_of_all
from tests.partner import Partner

pytestmark = pytest.mark.django_db(transaction=True)
NUL, LONG, CONTROLS = "a\0b", "9" * 5000, "\r\nSet-Cookie: mine=1\u2028\u202e\ufeff"


@pytest.fixture
def ana() -> Phone:
    return resident("Ana", fen=500_00)


@pytest.fixture
def code() -> str:
    keeper = resident("Keeper")
    return keeper.get("pay:till", keeper.opens_shop()).code


@pytest.mark.parametrize(
    "amount",
    ["1e3", "0.1.2", "12,50", "5²", "½", "٣", "-5", "0", "9" * 16, "9" * 5000, "1 0", NUL, "NaN"],
)
def test_what_is_no_amount_moves_nothing(ana: Phone, code: str, amount: str) -> None:
    shown = ana.pay(code, amount)
    assert (shown.status, shown.receipt) == (422, "")
    assert (ana.balance_fen, sum_of_all()) == (500_00, 0)


@pytest.mark.parametrize(("amount", "paid_fen"), [("１００", 100_00), ("+5", 5_00), ("01", 1_00)])
def test_what_is_oddly_typed_money_is_that_money(
    ana: Phone, code: str, amount: str, paid_fen: int
) -> None:
    assert ana.pay(code, amount).receipt
    assert ana.balance_fen == 500_00 - paid_fen


@pytest.mark.parametrize("text", [NUL, LONG, CONTROLS, "../../etc/passwd", "%00", "𝟙" * 18, ""])
def test_what_is_no_code_is_refused_by_name(ana: Phone, text: str) -> None:
    shown = ana.scan(text)
    assert shown.status == 422
    assert shown.reason


@pytest.mark.parametrize("key", [NUL, LONG, CONTROLS, "../x", ""])
def test_a_key_that_is_none_is_refused(ana: Phone, code: str, key: str) -> None:
    shown = ana.post("pay:confirm", text=code, key=key, amount_fen="1")
    assert (shown.status, shown.receipt, ana.balance_fen) == (422, "", 500_00)


def test_a_key_replayed_with_another_amount_pays_once(ana: Phone, code: str) -> None:
    asked = ana.scan(code)
    assert ana.confirm(asked, "1").receipt
    again = ana.confirm(asked, "2")
    assert (again.reason, ana.balance_fen) == ("id_reused_with_other_amount", 499_00)


@pytest.mark.parametrize(
    "path",
    [
        "/pay/receipts/%00/",
        "/pay/receipts/..%2f..%2fetc%2fpasswd/",
        "/pay/shops/00000000-0000-0000-0000-000000000000/till/",
        "/pay/tickets/%0d%0aSet-Cookie:%20a=b/",
        "/static/..%2f..%2fsettings.py",
        "/history/?page=%00&before=%00",
        "/%ff%fe/",
    ],
)
def test_an_address_that_leads_nowhere_says_so(ana: Phone, path: str) -> None:
    answer = ana.client.get(path)
    assert answer.status_code in {200, 302, 400, 404}
    assert "mine" not in answer.cookies


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", {400, 403, 422}),
        (b"text=a", "text/plain", {400, 403, 422}),
        (b"\0\xff" * 50, "multipart/form-data; boundary=x", {400, 403, 422}),
        (b"x", "multipart/form-data", {400, 403, 422}),
        (b"text=%ff%fe&key=%00", "application/x-www-form-urlencoded; charset=none", {400, 422}),
        (b"text=" + b"9" * 6_000_000, "application/x-www-form-urlencoded", {400, 413}),
        (b"&".join([b"a=1"] * 5000), "application/x-www-form-urlencoded", {400, 422}),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    ana: Phone, body: bytes, kind: str, status: set[int]
) -> None:
    answer = ana.client.generic("POST", "/pay/confirm/", body, kind)
    assert answer.status_code in status
    assert ana.balance_fen == 500_00


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", "application/json"),
        (b"[1]", "application/json"),
        (b'{"reference": "a\\u0000", "amount_fen": 1, "bill": "Tea"}', "application/json"),
        (b'{"reference": "a", "amount_fen": 1, "bill": "a\\u0000b"}', "application/json"),
        (b'{"reference": "a", "amount_fen": 1e400, "bill": "Tea"}', "application/json"),
        (b'{"reference": "a", "amount_fen": NaN, "bill": "Tea"}', "application/json"),
        (b'{"amount_fen": ' + b"9" * 5000 + b"}", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"bill": "' + b"x" * 6_000_000 + b'"}', "application/json"),
        (b"reference=a", "application/x-www-form-urlencoded"),
        (b"<order/>", "application/xml"),
    ],
)
@pytest.mark.parametrize("key", ["hostile-key-1", "a\0b", "x" * 5000, "键"])
def test_software_gets_one_shape_for_whatever_it_sends(body: bytes, kind: str, key: str) -> None:
    partner = Partner()
    answer = partner._client.post(
        "/api/v1/orders",
        body,
        kind,
        headers={"Authorization": f"Bearer {partner.key}", "Idempotency-Key": key},
    )
    assert 400 <= answer.status_code < 500
    assert set(answer.json()["error"]) == {"code", "message", "field", "remedy"}
