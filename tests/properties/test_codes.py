"""No text breaks the reader, and no damaged code is taken for another payment."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.city.qr.codes import PAY_CODE_KEY, SPECIFICATION_SAMPLE, STALL, TABLE
from zhima.city.ledger.model import MAX_AMOUNT_FEN
from zhima.city.qr import paycode
from zhima.city.qr.crc import crc_of
from zhima.city.qr.fields import join_fields, split_fields
from zhima.city.qr.model import Code, MerchantCode, NotACode, Tip, WalletAccount
from zhima.city.qr.reading import code_text, read_code

WORDS = st.characters(exclude_categories=("Cs",))
SHORT = st.text(WORDS, min_size=1, max_size=15)
NAME = SHORT.filter(lambda text: text == text.strip())
AMOUNT = st.integers(1, MAX_AMOUNT_FEN)
TIPS = st.one_of(
    st.none(),
    st.just(Tip("ask")),
    st.builds(Tip, st.just("fixed"), AMOUNT),
    st.builds(Tip, st.just("percent"), st.integers(1, 9999)),
)
MERCHANTS = st.builds(
    MerchantCode,
    accounts=st.lists(st.builds(WalletAccount, SHORT, SHORT), min_size=1, max_size=3).map(tuple),
    name=NAME,
    city=NAME,
    category=st.from_regex("[0-9]{4}", fullmatch=True),
    country=st.sampled_from(["CN", "SG"]),
    dynamic=st.booleans(),
    amount_fen=st.none() | AMOUNT,
    tip=TIPS,
    bill=st.just("") | NAME,
    order_id=st.just("") | NAME,
    language=st.just("ZH"),
    local_name=NAME,
)
TEXTS = [SPECIFICATION_SAMPLE, code_text(STALL), code_text(TABLE)]


@given(MERCHANTS)
def test_every_merchant_code_survives_the_round_trip(code: MerchantCode) -> None:
    assert code.amount_fen is None or code.amount_fen <= MAX_AMOUNT_FEN
    assert read_code(code_text(code)) == code


@given(st.text(), st.sampled_from(["", "0002", "000201", "ZHIMA:", "ZHIMA:P:", "25"]))
def test_any_text_gives_a_code_or_a_named_error(text: str, start: str) -> None:
    assert isinstance(read_code(start + text), Code | NotACode)


@given(st.lists(st.tuples(st.from_regex("[0-9]{2}", fullmatch=True), st.text(max_size=20))))
def test_any_fields_under_a_right_crc_give_a_code_or_a_named_error(
    fields: list[tuple[str, str]],
) -> None:
    head = "000201" + join_fields(fields) + "6304"
    assert isinstance(read_code(head + crc_of(head)), Code | NotACode)


@given(st.dictionaries(st.from_regex("[0-9]{2}", fullmatch=True), st.text(min_size=1, max_size=99)))
def test_fields_survive_the_round_trip(fields: dict[str, str]) -> None:
    assert split_fields(join_fields(fields.items())) == fields


@given(st.sampled_from(TEXTS), st.data())
def test_one_changed_character_is_always_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(WORDS.filter(lambda c: c.upper() != text[place].upper()))
    damaged = text[:place] + other + text[place + 1 :]
    found = read_code(damaged)
    # Wider than 16 bits of change a CRC may miss; an ASCII character is at most 8.
    if other.isascii() and text[place].isascii():
        assert isinstance(found, NotACode)
    else:
        assert isinstance(found, Code | NotACode)


@given(st.sampled_from(TEXTS), st.integers(0, 200))
def test_a_code_cut_short_is_noticed(text: str, kept: int) -> None:
    assert isinstance(read_code(text[: min(kept, len(text) - 1)]), NotACode)


@given(
    st.integers(0, (1 << paycode.PERSON_BITS) - 1),
    st.integers(0, 1 << 33),
    st.integers(0, paycode.CODES_A_SLOT - 1),
)
def test_a_pay_code_opens_to_what_it_was_made_of(person_no: int, at_s: int, counter: int) -> None:
    digits = paycode.pay_code(key=PAY_CODE_KEY, person_no=person_no, at_s=at_s, counter=counter)
    opened = paycode.open_pay_code(digits, key=PAY_CODE_KEY, at_s=at_s)
    assert opened == (person_no, paycode.slot_at(at_s), counter)


@given(st.integers(25 * 10**16, 31 * 10**16 - 1), st.integers(0, 1 << 33))
def test_any_pay_number_is_opened_or_named(number: int, at_s: int) -> None:
    assert paycode.open_pay_code(str(number), key=PAY_CODE_KEY, at_s=at_s)
