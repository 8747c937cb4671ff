"""The shop's side of a pay code: the till reads the payer's number and takes the amount."""

from __future__ import annotations

from zhima.city.ledger import requests
from zhima.city.pay.models import Merchant
from zhima.city.pay.orders import Terms
from zhima.city.pay.outcomes import Paid, Refused, refusal_in
from zhima.city.pay.paycodes import present_pay_code
from zhima.city.pay.paying import OrderShare, pay_order
from zhima.city.pay.secret_keys import entry_id
from zhima.city.pay.shops import shop_account
from zhima.city.wallet.books import PERSON, now_us, write


def charge(
    *, merchant: Merchant, text: str, amount_fen: int, terms: Terms | None = None
) -> Paid | Refused:
    """Take `amount_fen` from whoever shows the code; for an order, all that is left of it."""
    payer_id = present_pay_code(text)
    if isinstance(payer_id, Refused):
        return payer_id
    # The slots of pay codes come round after half a year: the month keeps the ids apart.
    key = entry_id("code", text.strip(), str(now_us() // (30 * 86_400_000_000)))
    account = f"{PERSON}{payer_id.hex}"
    if terms is not None:
        return pay_order(OrderShare(terms, account, None, 0, key))
    payment = requests.pay(
        transfer_id=key, payer=account, payee=shop_account(merchant.pk), amount_fen=amount_fen
    )
    return refusal_in(write(payment)) or Paid(key, amount_fen, 0)
