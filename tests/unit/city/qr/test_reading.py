"""Every text is a code or has a named reason why not."""

import dataclasses

import pytest

from tests.unit.city.qr.codes import (
    BO,
    OURS,
    PAY_CODE_KEY,
    SPECIFICATION_SAMPLE,
    STALL,
    TABLE,
    TICKET,
)
from zhima.city.qr.crc import crc_of
from zhima.city.qr.model import CodeError, MerchantCode, NotACode, PayCode, Tip, WalletAccount
from zhima.city.qr.paycode import open_pay_code, pay_code
from zhima.city.qr.reading import code_text, read_code
from zhima.engine.kinds import ZhimaError


def sealed(body: str) -> str:
    """A body of fields or a tagged text, with the CRC it should have."""
    head = body if body.startswith("ZHIMA:") else f"{body}6304"
    return head + crc_of(head)


def emv(**changes: str | None) -> str:
    """The fields of a plain code, some of them changed (`f54="1"`) or left out."""
    fields: dict[str, str | None] = {
        "f00": "01",
        "f26": "0003org0102m1",
        "f52": "5814",
        "f53": "156",
        "f58": "CN",
        "f59": "Tea",
        "f60": "Chengdu",
        **changes,
    }
    return sealed("".join(f"{k[1:]}{len(v):02}{v}" for k, v in fields.items() if v is not None))


REFUSED = {
    CodeError.EMPTY: ["", " \n"],
    CodeError.TOO_LONG: ["9" * 513],
    CodeError.NOT_A_CODE: ["https://example.org", "12.50", "\ud800", "２５" * 9],
    CodeError.CRC_MISSING: ["000201", "000201" + "5" * 40, "ZHIMA:P:org:bo:pay"],
    CodeError.CRC_WRONG: [
        SPECIFICATION_SAMPLE.replace("23.72", "03.72"),
        "ZHIMA:P:org:bo:pay:0000",
    ],
    CodeError.VERSION_UNKNOWN: [sealed("000202")],
    CodeError.LENGTH_MALFORMED: [sealed("00020154a2"), sealed("00020154²2xx")],
    CodeError.FIELD_CUT_SHORT: [sealed("0002015409"), sealed("00020154"), emv(f26="0009org")],
    CodeError.FIELD_REPEATED: [sealed("0002015303156" + "5303156")],
    CodeError.FIELD_MISSING: [emv(f59=None), sealed("ZHIMA:P:org:bo:")],
    CodeError.FIELD_MALFORMED: [
        emv(f01="13"),
        emv(f52="tea!"),
        emv(f58="cn"),
        emv(f59=""),
        emv(f26="0003org"),
        emv(f62="0526" + "o" * 26),
        emv(f64="0102Yi"),
        emv(f64="0002ZH0102Yi0216" + "x" * 16),
        sealed("ZHIMA:P:org:b o:pay:"),
        sealed("ZHIMA:P:org:bo:steal:"),
        sealed("ZHIMA:T:org:t1:short:"),
    ],
    CodeError.NO_WALLET_ACCOUNT: [emv(f26=None), emv(f26=None, f04="4000123456789012")],
    CodeError.CURRENCY_UNKNOWN: [emv(f53="840")],
    CodeError.AMOUNT_MALFORMED: [
        emv(f54=a) for a in ("1.234", "1,50", "1e3", ".", "", "-1.00", "١")
    ],
    CodeError.AMOUNT_NOT_POSITIVE: [emv(f54="0"), emv(f54="0.00"), emv(f55="02", f56="0")],
    CodeError.AMOUNT_TOO_LARGE: [emv(f54="9999999999999")],
    CodeError.TIP_MALFORMED: [
        emv(f55="04"),
        emv(f55="01", f56="1.00"),
        emv(f55="02"),
        emv(f56="1.00"),
        emv(f55="03", f57="100"),
        emv(f55="03", f57="0"),
    ],
    CodeError.KIND_UNKNOWN: [sealed("ZHIMA:X:org:bo:pay:")],
    CodeError.PAY_CODE_LENGTH_WRONG: ["2512 3456", "25" * 13],
    CodeError.PAY_CODE_PREFIX_UNKNOWN: ["10" * 9, "25" * 8, "31" * 9],
}
OPENED_AFTER_S = {CodeError.PAY_CODE_EXPIRED: 200, CodeError.PAY_CODE_UNKNOWN: 10**6}


@pytest.mark.parametrize(
    ("error", "text"), [(error, text) for error, texts in REFUSED.items() for text in texts]
)
def test_a_broken_text_has_its_named_error(error: CodeError, text: str) -> None:
    found = read_code(text)
    assert isinstance(found, NotACode)
    assert found.error is error


@pytest.mark.parametrize(("error", "after_s"), OPENED_AFTER_S.items())
def test_a_pay_code_is_refused_when_it_is_opened(error: CodeError, after_s: int) -> None:
    digits = pay_code(key=PAY_CODE_KEY, person_no=1, at_s=10**9, counter=0)
    assert open_pay_code(digits, key=PAY_CODE_KEY, at_s=10**9 + after_s) is error


def test_every_error_is_produced_by_a_test() -> None:
    assert {*REFUSED, *OPENED_AFTER_S} == set(CodeError)


def test_the_field_at_fault_is_named() -> None:
    assert read_code(emv(f54="1.234")) == NotACode(CodeError.AMOUNT_MALFORMED, "54")
    assert read_code(emv(f62="0526" + "o" * 26)) == NotACode(CodeError.FIELD_MALFORMED, "62.05")


def test_the_check_value_of_the_crc() -> None:
    assert crc_of("123456789") == "29B1"


def test_the_sample_of_the_specification() -> None:
    assert read_code(SPECIFICATION_SAMPLE) == MerchantCode(
        accounts=(
            WalletAccount("D15600000000", "A93FO3230Q"),
            WalletAccount("D15600000001", "12345678"),
        ),
        name="BEST TRANSPORT",
        city="BEIJING",
        category="4111",
        dynamic=True,
        amount_fen=23_72,
        tip=Tip("ask"),
        terminal="A6008667",
        language="ZH",
        local_name="最佳运输",
        local_city="北京",
    )


@pytest.mark.parametrize("code", [STALL, TABLE, BO, TICKET, PayCode("251234567890123456")])
def test_what_is_written_is_read_back(code: MerchantCode) -> None:
    assert read_code(f" {code_text(code)}\n") == code


def test_typed_digits_may_have_gaps() -> None:
    assert read_code("2512 3456 7890-1234 56") == PayCode("251234567890123456")


def test_a_point_may_end_an_amount() -> None:
    found = read_code(emv(f54="12."))
    assert isinstance(found, MerchantCode)
    assert found.amount_fen == 12_00


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"name": "x" * 26}, "name"),
        ({"name": ""}, "name"),
        ({"order_id": "x" * 26}, "order_id"),
        ({"accounts": ()}, "wallets"),
        ({"accounts": (OURS,) * 27}, "wallets"),
        ({"accounts": (WalletAccount("o" * 90, "m" * 90),)}, "characters"),
        ({"accounts": (WalletAccount("o" * 40, "m" * 40),) * 8}, "characters"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_name(changes: dict[str, object], what: str) -> None:
    with pytest.raises(ZhimaError, match=what):
        code_text(dataclasses.replace(STALL, **changes))  # type: ignore[arg-type]


def test_an_id_that_would_break_a_tagged_code_is_refused() -> None:
    with pytest.raises(ZhimaError, match="fits no code"):
        code_text(dataclasses.replace(BO, person_id="bo:pay"))
