"""From a scanned text to money that moved: what the code asks for, then the payment of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from zhima.city.language import either
from zhima.city.ledger import requests
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.pay.ending import give_back, is_ended
from zhima.city.pay.operators import pay_other_operator, reachable
from zhima.city.pay.orders import (
    TIP,
    Payment,
    Terms,
    find_terms,
    paid_fen,
    payments_of,
)
from zhima.city.pay.outcomes import Paid, Refusal, Refused, refusal_in
from zhima.city.pay.secret_keys import entry_id
from zhima.city.pay.shops import CHINESE, Shop, find_shop, tip_asked
from zhima.city.pay.tickets import issue_ticket
from zhima.city.people.models import Person
from zhima.city.qr.model import MerchantCode, NotACode, PersonCode, Purpose, Tip, WalletAccount
from zhima.city.qr.reading import read_code
from zhima.city.wallet.books import PERSON, now_us, purse, write, write_or_promise

MAX_PAYERS = 20
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_REUSED = frozenset(outcome for outcome in Outcome if outcome.startswith("id_reused"))


@dataclass(frozen=True, slots=True)
class Bill:
    """What a code asks for: whom to pay, and how much when that is fixed."""

    payee_name: str
    payee_account: str
    """Empty when another operator keeps it."""
    purpose: Purpose = "pay"
    amount_fen: int | None = None
    """None when the payer types it; for an order, all of it, whatever has been paid."""
    tip: Tip | None = None
    terms: Terms | None = None
    """The order, if the code is bound to one."""
    elsewhere: WalletAccount | None = None

    @property
    def is_to_a_person(self) -> bool:
        """Whether the money goes to somebody's own purse."""
        return self.payee_account.startswith(PERSON)


def read_bill(text: str) -> Bill | Refused:
    """What a text asks the reader to pay; looks shops and orders up, moves nothing."""
    code = read_code(text)
    if isinstance(code, NotACode):
        return Refused(code.error)
    if isinstance(code, PersonCode):
        return _personal_bill(code)
    if not isinstance(code, MerchantCode):
        return Refused(Refusal.NOT_FOR_PAYING)
    ours = next((a for a in code.accounts if a.operator == settings.OPERATOR), None)
    if ours is None:
        elsewhere = reachable(code.accounts)
        if elsewhere is None:
            return Refused(Refusal.OPERATOR_UNKNOWN)
        name = either(code.name, code.local_name if code.language == CHINESE else "")
        return Bill(name, "", amount_fen=code.amount_fen, elsewhere=elsewhere)
    return _order_bill(code, ours) if code.order_id else _shop_bill(code, ours)


def pay_bill(
    bill: Bill, *, payer: Person, amount_fen: int | None, tip_fen: int = 0, key: str
) -> Paid | Refused:
    """Pay what a bill asks for; `key` is the payer's own for this wish, the same at every click."""
    if not _KEY.fullmatch(key):
        return Refused(Refusal.KEY_MALFORMED)
    if bill.terms is not None:
        return pay_order(OrderShare(bill.terms, purse(payer), amount_fen, tip_fen, key))
    if bill.amount_fen is not None and amount_fen not in (None, bill.amount_fen):
        return Refused(Refusal.AMOUNT_FIXED)
    amount_fen = bill.amount_fen or amount_fen
    if amount_fen is None:
        return Refused(Refusal.AMOUNT_MISSING)
    identity = entry_id("scan", payer.pk.hex, key)
    if bill.elsewhere is not None:
        return pay_other_operator(
            identity, payer=purse(payer), payee=bill.elsewhere, amount_fen=amount_fen
        )
    return _pay_now(bill, purse(payer), amount_fen, tip_fen, identity)


@dataclass(frozen=True, slots=True)
class OrderShare:
    """One payer's part in the payment of an order."""

    terms: Terms
    payer_account: str
    amount_fen: int | None
    """None for whatever is left."""
    tip_fen: int
    key: str


def pay_order(share: OrderShare) -> Paid | Refused:
    """Pay an order or a part of it, whoever else is paying at the same moment."""
    terms = share.terms
    if terms.closed_at_us is not None:
        return Refused(Refusal.ORDER_CLOSED)
    # Most orders are paid once, whole: looking first would cost each of them a read.
    payments = [] if now_us() < terms.expires_at_us else payments_of(terms.id)
    for _ in range(MAX_PAYERS):
        answer = _pay_next(share, payments)
        if answer is not None:
            return _checked(share, answer)
        payments = payments_of(terms.id)
    return Refused(Refusal.TOO_MANY_PAYERS)


def _pay_next(share: OrderShare, payments: list[Payment]) -> Paid | Refused | None:
    """Try to be the next payment after `payments`; None when somebody else was."""
    earlier = _earlier_click(share, payments)
    if earlier is not None:
        return earlier
    rest_fen = share.terms.amount_fen - paid_fen(payments)
    if rest_fen == 0:
        return Refused(Refusal.ORDER_PAID)
    if now_us() >= share.terms.expires_at_us:
        return Refused(Refusal.ORDER_EXPIRED)
    amount_fen = rest_fen if share.amount_fen is None else share.amount_fen
    if amount_fen > rest_fen:
        return Refused(Refusal.SHARE_OVER_REST)
    number = sum(not payment.is_tip for payment in payments) + 1
    identity = f"order:{share.terms.id}:{number}"
    chain = _with_tip(
        requests.pay(
            transfer_id=identity,
            payer=share.payer_account,
            payee=share.terms.shop.account_id,
            amount_fen=amount_fen,
            memo=share.terms.bill,
            meta=share.key,
        ),
        share.tip_fen,
    )
    outcomes = write(*chain)
    if _REUSED.intersection(outcomes):
        return None
    replayed = outcomes[0] is Outcome.ALREADY_PAID
    return refusal_in(outcomes) or Paid(identity, amount_fen, share.tip_fen, replayed)


def _earlier_click(share: OrderShare, payments: list[Payment]) -> Paid | Refused | None:
    """What the same wish came to before, if this payer has sent it before."""
    ours = [p for p in payments if (p.payer_account, p.key) == (share.payer_account, share.key)]
    paid = next((payment for payment in ours if not payment.is_tip), None)
    if paid is None:
        return None
    tip_fen = sum(payment.amount_fen for payment in ours if payment.is_tip)
    asked = (share.amount_fen or paid.amount_fen, share.tip_fen)
    if asked != (paid.amount_fen, tip_fen):
        return Refused(Outcome.ID_REUSED_WITH_OTHER_AMOUNT)
    return Paid(paid.entry_id, paid.amount_fen, tip_fen, replayed=True)


def _checked(share: OrderShare, answer: Paid | Refused) -> Paid | Refused:
    """After paying: give back what came too late for the shop; issue the ticket."""
    if isinstance(answer, Refused):
        return answer
    if is_ended(share.terms.id):
        return give_back(share.terms.id) or Refused(Refusal.ORDER_CLOSED)
    if share.terms.seat:
        issue_ticket(share.terms.id)
    return answer


def _pay_now(
    bill: Bill, payer_account: str, amount_fen: int, tip_fen: int, identity: str
) -> Paid | Refused:
    chain = _with_tip(
        requests.pay(
            transfer_id=identity,
            payer=payer_account,
            payee=bill.payee_account,
            amount_fen=amount_fen,
            memo="" if bill.purpose == "pay" else bill.purpose,
        ),
        tip_fen,
    )
    outcomes = write_or_promise(*chain)
    replayed = outcomes[0] is Outcome.ALREADY_PAID
    return refusal_in(outcomes) or Paid(identity, amount_fen, tip_fen, replayed)


def _with_tip(payment: Transfer, tip_fen: int) -> tuple[Transfer, ...]:
    """The payment, with its tip as a second entry that happens if the first does."""
    if not tip_fen:
        return (payment,)
    tip = payment._replace(id=f"{payment.id}{TIP}", amount_fen=tip_fen, memo="tip")
    return (payment._replace(linked=True), tip)


def _personal_bill(code: PersonCode) -> Bill | Refused:
    if code.operator != settings.OPERATOR:
        elsewhere = reachable((WalletAccount(code.operator, code.person_id),))
        if elsewhere is None:
            return Refused(Refusal.OPERATOR_UNKNOWN)
        return Bill(code.person_id, "", code.purpose, elsewhere=elsewhere)
    try:
        payee_id = UUID(hex=code.person_id)
    except ValueError:
        return Refused(Refusal.PAYEE_UNKNOWN)
    name = Person.objects.filter(pk=payee_id).values_list("name", flat=True).first()
    if name is None:
        return Refused(Refusal.PAYEE_UNKNOWN)
    return Bill(name, f"{PERSON}{payee_id.hex}", code.purpose)


def _shop_bill(code: MerchantCode, ours: WalletAccount) -> Bill | Refused:
    shop = find_shop(ours.payee_id)
    if shop is None:
        return Refused(Refusal.PAYEE_UNKNOWN)
    tip = tip_asked(shop.tip_hundredths)
    return Bill(shop.name, shop.account_id, amount_fen=code.amount_fen, tip=tip)


def _order_bill(code: MerchantCode, ours: WalletAccount) -> Bill | Refused:
    terms = find_terms(code.order_id)
    if terms is None:
        return Refused(Refusal.ORDER_UNKNOWN)
    shop: Shop = terms.shop
    if (code.amount_fen, ours.payee_id) != (terms.amount_fen, shop.id.hex):
        return Refused(Refusal.CODE_TAMPERED)
    return Bill(
        shop.name,
        shop.account_id,
        amount_fen=terms.amount_fen,
        tip=tip_asked(terms.tip_hundredths),
        terms=terms,
    )
