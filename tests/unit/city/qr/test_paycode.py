"""The payer's one-time number."""

import re
from itertools import pairwise

import pytest

from tests.unit.city.qr.codes import PAY_CODE_KEY
from zhima.city.qr import paycode
from zhima.city.qr.model import CodeError, PayCode
from zhima.city.qr.paycode import Issue, open_pay_code, pay_code
from zhima.city.qr.reading import read_code
from zhima.engine.kinds import ZhimaError

NOON = 1_790_000_010.0


def digits_of(person_no: int = 7, at_s: float = NOON, counter: int = 0) -> str:
    return pay_code(key=PAY_CODE_KEY, person_no=person_no, at_s=at_s, counter=counter)


def opened(digits: str, at_s: float) -> Issue | CodeError:
    return open_pay_code(digits, key=PAY_CODE_KEY, at_s=at_s)


def test_it_is_eighteen_digits_that_read_as_a_pay_code() -> None:
    for person_no in range(200):
        digits = digits_of(person_no)
        assert re.fullmatch("(2[5-9]|30)[0-9]{16}", digits)
        assert read_code(digits) == PayCode(digits)


def test_it_lives_about_a_minute() -> None:
    digits = digits_of()
    born = NOON // paycode.SLOT_SECONDS * paycode.SLOT_SECONDS
    assert opened(digits, born + 60) == Issue(7, paycode.slot_at(NOON), 0)
    assert opened(digits, born + 74.9) == Issue(7, paycode.slot_at(NOON), 0)
    assert opened(digits, born + 75) is CodeError.PAY_CODE_EXPIRED
    assert opened(digits, born + 3 * 24 * 3600) is CodeError.PAY_CODE_UNKNOWN
    assert opened(digits, born - 1) is CodeError.PAY_CODE_UNKNOWN, "not from the future"


def test_slots_that_come_round_again_still_open() -> None:
    last = (paycode.SLOT_SECONDS << paycode.SLOT_BITS) - 1
    assert opened(digits_of(at_s=last), last + 10) == Issue(7, (1 << paycode.SLOT_BITS) - 1, 0)


def test_neighbours_look_unrelated() -> None:
    codes = [digits_of(7, NOON, counter) for counter in range(16)]
    codes += [digits_of(person_no, NOON, 0) for person_no in range(8, 200)]
    for a, b in pairwise(codes):
        same = sum(x == y for x, y in zip(a[1:], b[1:], strict=True))
        assert same < 10, (a, b)
    assert len({code[:6] for code in codes}) > len(codes) * 0.9


def test_another_key_reads_nothing() -> None:
    hits = [
        digits
        for digits in map(digits_of, range(300))
        if isinstance(open_pay_code(digits, key=b"another key", at_s=NOON), Issue)
    ]
    assert not hits


@pytest.mark.parametrize("wrong", [{"person_no": -1}, {"person_no": 1 << 31}, {"counter": 16}])
def test_numbers_that_do_not_fit_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ZhimaError):
        digits_of(**wrong)
