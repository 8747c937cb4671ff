"""A shop has a name in both languages: each reader sees hers, codes say both, its owner edits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.utils import translation

from tests.city_phones import Phone, resident
from tests.partner import Partner
from zhima.city.consent.names import recipient_word
from zhima.city.disclosure.feed import feed
from zhima.city.disclosure.reading import Reader, Refused, ask_door
from zhima.city.pay.models import Merchant
from zhima.city.pay.paying import read_bill
from zhima.city.pay.shops import rename
from zhima.city.qr.reading import read_code

pytestmark = pytest.mark.usefixtures("city")

EN, ZH = "River railway", "河畔铁路"


@dataclass
class Stall:
    """Its keeper's phone, and itself."""

    keeper: Phone
    shop: str

    @property
    def merchant(self) -> Merchant:
        return Merchant.objects.get(pk=self.shop)


@pytest.fixture
def stall() -> Stall:
    keeper = resident("Li")
    return Stall(keeper, keeper.opens_shop(EN, name_zh=ZH))


def in_chinese(phone: Phone) -> Phone:
    phone.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    return phone


def require_named(text: str) -> None:
    shown = re.sub(r'value="[^"]*"', "", text)
    assert ZH in shown
    assert EN not in shown


def test_everywhere_a_reader_of_chinese_sees_the_chinese_name(stall: Stall) -> None:
    ana = in_chinese(resident("Ana", fen=500_00))
    order = stall.keeper.asks(stall.shop, "94.00", "D2207", seat="07A")
    require_named(ana.scan(order.code).text)
    paid = ana.pay(order.code)
    require_named(paid.text)
    for page in ("phone:home", "phone:history", "pay:tickets"):
        require_named(ana.get(page).text)
    keeper = in_chinese(stall.keeper)
    require_named(keeper.get("pay:shops").text)
    assert f"<h1>{ZH}</h1>" in keeper.get("pay:till", stall.shop).text


def test_without_a_chinese_name_the_other_one_stands_there() -> None:
    keeper = in_chinese(resident("Mei"))
    assert "Tea" in keeper.get("pay:till", keeper.opens_shop("Tea")).text


def test_a_code_says_both_names_whoever_printed_it_and_in_whatever_language(stall: Stall) -> None:
    printed = stall.keeper.get("pay:till", stall.shop).code
    assert in_chinese(stall.keeper).get("pay:till", stall.shop).code == printed
    code = read_code(printed)
    assert (code.name, code.language, code.local_name) == (EN, "zh", ZH)


def test_another_wallets_shop_is_called_as_its_code_says(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = stall.keeper.get("pay:till", stall.shop).code
    first = {settings.OPERATOR: {"url": "https://first.example", "secret": "s" * 32}}
    monkeypatch.setattr(settings, "OPERATORS", first)
    monkeypatch.setattr(settings, "OPERATOR", "org.other")
    assert read_bill(printed).payee_name == EN
    with translation.override("zh-hans"):
        assert read_bill(printed).payee_name == ZH


def test_its_owner_renames_it_and_the_old_sign_pays_on(stall: Stall) -> None:
    sign = stall.keeper.get("pay:till", stall.shop).code
    stall.keeper.post("pay:names", stall.shop, name="Lake railway", name_zh="湖边铁路")
    assert stall.merchant.words == type(stall.merchant.words)("Lake railway", "湖边铁路")
    ana = in_chinese(resident("Ana", fen=100_00))
    assert "湖边铁路" in ana.pay(sign, "5.00").text


@pytest.mark.parametrize("name", ["", " ", "x" * 26])
def test_a_name_that_is_none_is_refused(stall: Stall, name: str) -> None:
    answer = stall.keeper.post("pay:names", stall.shop, name=name, name_zh="")
    assert answer.status == 422
    assert stall.merchant.name_en == EN


def test_its_software_reads_and_edits_the_names() -> None:
    software = Partner()
    said = software.call("GET", "/shop").json()
    assert said["names"] == {"en": "Partner shop", "zh": ""}
    done = software.call("PUT", "/shop/names", {"en": "Partner shop", "zh": "伙伴商店"})
    assert done.json()["names"]["zh"] == "伙伴商店"
    assert software.call("GET", "/shop").json() == done.json()
    for bad in ({"en": ""}, {"en": " x"}, {"en": "x" * 26}, {"en": "a\nb"}, {"zh": "店"}, {}):
        refused = software.call("PUT", "/shop/names", bad)
        assert refused.status_code == 422, json.dumps(bad)


def test_who_looked_and_who_may_are_named_too(stall: Stall) -> None:
    ana, merchant = resident("Ana").person, stall.merchant
    reader = Reader("app", "train", merchant.name_en, merchant.name_zh)
    with pytest.raises(Refused):
        ask_door(reader=reader, person=ana, door_id="car")
    assert feed(ana)[0].reader_name == EN
    with translation.override("zh-hans"):
        assert feed(ana)[0].reader_name == ZH
        assert recipient_word(f"shop:{merchant.pk}") == ZH
    rename(merchant, EN, "")
    with translation.override("zh-hans"):
        assert recipient_word(f"shop:{merchant.pk}") == EN
