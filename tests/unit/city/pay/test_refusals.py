"""Every way to fail has a name, a sentence and a test."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from tests.city_phones import Phone, resident
from zhima.city.ledger.model import Outcome
from zhima.city.pay.outcomes import Reason, Refusal
from zhima.city.pay.paying import MAX_PAYERS
from zhima.city.pay.words import sentence
from zhima.city.qr.model import CodeError, MerchantCode, PersonCode
from zhima.city.qr.paycode import CODES_A_SLOT, SLOT_SECONDS
from zhima.city.qr.reading import code_text, read_code

TESTS = Path(__file__).parents[3]


@pytest.mark.parametrize("reason", [*Refusal, *CodeError, *Outcome])
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    assert sentence(reason).endswith(".")


def test_every_refusal_is_produced_by_a_test() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    unproduced = [
        refusal
        for refusal in Refusal
        if not re.search(rf'"{refusal}"|Refusal\.{refusal.name}\b', written)
    ]
    assert not unproduced


@pytest.mark.django_db(transaction=True)
class TestTheRareOnes:
    """Refusals that no scene meets."""

    @pytest.fixture
    def ana(self) -> Phone:
        return resident("Ana", fen=500_00)

    @pytest.fixture
    def keeper(self) -> Phone:
        return resident("Keeper")

    def test_a_form_without_its_key(self, ana: Phone, keeper: Phone) -> None:
        code = keeper.get("pay:till", keeper.opens_shop()).code
        shown = ana.post("pay:confirm", text=code, key="a b", amount_fen="1")
        assert shown.reason == "key_malformed"

    @pytest.mark.parametrize("purpose", ["friend", "pay", "tip"])
    def test_a_persons_code_with_an_id_that_is_none(self, ana: Phone, purpose: str) -> None:
        torn = code_text(PersonCode(settings.OPERATOR, "f" * 31, purpose))
        assert ana.scan(torn).reason == "payee_unknown"

    def test_no_amount_at_all(self, ana: Phone, keeper: Phone) -> None:
        code = keeper.get("pay:till", keeper.opens_shop()).code
        assert ana.pay(code, "").reason == "amount_missing"

    def test_another_amount_than_the_code_says(self, ana: Phone, keeper: Phone) -> None:
        code = read_code(keeper.get("pay:till", keeper.opens_shop()).code)
        assert isinstance(code, MerchantCode)
        fixed = code_text(replace(code, amount_fen=3_50))
        assert ana.pay(fixed, "3.49").reason == "amount_fixed"
        assert ana.pay(fixed).receipt

    def test_more_codes_than_anybody_needs(
        self, ana: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("time.time", lambda: 10**9 // SLOT_SECONDS * SLOT_SECONDS)
        shown = [ana.get("pay:code").reason for _ in range(CODES_A_SLOT + 1)]
        assert shown == [""] * CODES_A_SLOT + ["too_many_pay_codes"]

    def test_a_payer_who_never_gets_his_turn(
        self, ana: Phone, keeper: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bill = keeper.asks(keeper.opens_shop(), "30")
        asked = ana.scan(bill.code)
        tries: list[int] = []

        def somebody_else_was_faster(*_: object) -> None:
            tries.append(1)

        monkeypatch.setattr("zhima.city.pay.paying._pay_next", somebody_else_was_faster)
        assert ana.confirm(asked).reason == "too_many_payers"
        assert len(tries) == MAX_PAYERS
