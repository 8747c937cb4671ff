"""Other wallet operators: their codes are payable here and ours there (scene Q8).

Each side keeps one clearing account for the other, which may go negative: what their payers paid
our payees is what they owe us. A payment to them is held, they are asked to credit, then it is
captured or released. The id travels with the request, so that asking again credits once.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from zhima.city.ledger import requests
from zhima.city.ledger.accounts import open_account
from zhima.city.ledger.model import DONE, Outcome
from zhima.city.pay.outcomes import Paid, Refusal, Refused, refusal_in
from zhima.city.pay.secret_keys import entry_id
from zhima.city.pay.shops import find_shop
from zhima.city.pay.signatures import signed_headers
from zhima.city.people.models import Person
from zhima.city.qr.model import WalletAccount
from zhima.city.wallet.books import now_us, open_purse, store, write

CLEARING = "clearing:"
ANSWER_WITHIN_S = 5.0
_REFUSALS = frozenset({404, 409, 422})
"""Answers that say for sure that nobody was credited."""


class Operator(NamedTuple):
    """How to reach another operator, from `settings.OPERATORS`."""

    name: str
    url: str
    """Where it takes credits for its payees."""
    secret: str
    """Signs what the two sides ask of each other."""


def known_operator(name: str) -> Operator | None:
    """The operator of that name, if the two have agreed to pay each other."""
    terms = settings.OPERATORS.get(name)
    return Operator(name, terms["url"], terms["secret"]) if terms else None


def reachable(accounts: tuple[WalletAccount, ...]) -> WalletAccount | None:
    """The first of a code's accounts that is with an operator we know."""
    return next((account for account in accounts if known_operator(account.operator)), None)


def pay_other_operator(
    identity: str, *, payer: str, payee: WalletAccount, amount_fen: int
) -> Paid | Refused:
    """Pay a payee of another operator; a silent one leaves the money held, to be asked again."""
    operator = known_operator(payee.operator)
    if operator is None:
        return Refused(Refusal.OPERATOR_UNKNOWN)
    held = requests.hold(
        transfer_id=f"{identity}:hold",
        payer=payer,
        payee=open_clearing(operator.name),
        amount_fen=amount_fen,
    )
    refused = refusal_in(write(held))
    if refused is not None:
        return refused
    try:
        credited = _ask_to_credit(operator, identity, payee.payee_id, amount_fen)
    except OSError:
        return Refused(Refusal.OPERATOR_SILENT)
    if not credited:
        write(requests.release(transfer_id=f"{identity}:back", hold_id=held.id))
        return Refused(Refusal.OPERATOR_REFUSED)
    (outcome,) = write(
        requests.capture(transfer_id=identity, hold_id=held.id, amount_fen=amount_fen)
    )
    replayed = outcome is Outcome.ALREADY_PAID
    return refusal_in([outcome]) or Paid(identity, amount_fen, 0, replayed)


def receive_credit(
    *, operator: str, identity: str, payee_id: str, amount_fen: int
) -> Outcome | Refusal:
    """Credit a payee of ours for a payment made at another operator."""
    payee = _account_of(payee_id)
    if payee is None:
        return Refusal.PAYEE_UNKNOWN
    credit = requests.pay(
        transfer_id=entry_id("in", operator, identity),
        payer=open_clearing(operator),
        payee=payee,
        amount_fen=amount_fen,
        memo=operator,
    )
    (outcome,) = write(credit)
    return Outcome.PAID if outcome in DONE else outcome


def open_clearing(operator: str) -> str:
    """Make sure that there is an account for what two operators owe each other; its id."""
    account_id = f"{CLEARING}{operator}"
    open_account(
        store(), account_id=account_id, owner=operator, may_go_negative=True, now_us=now_us()
    )
    return account_id


def _account_of(payee_id: str) -> str | None:
    shop = find_shop(payee_id)
    if shop is not None:
        return shop.account_id
    try:
        person = Person.objects.filter(pk=UUID(hex=payee_id)).first()
    except ValueError:
        return None
    return open_purse(person) if person else None


def _ask_to_credit(operator: Operator, identity: str, payee_id: str, amount_fen: int) -> bool:
    """Whether the other side credited its payee; OSError when it gave no clear answer."""
    body = json.dumps(
        {"operator": settings.OPERATOR, "payee_id": payee_id, "amount_fen": amount_fen}
    ).encode()
    # The machine's clock: the other operator checks it by its own.
    headers = signed_headers(
        secret=operator.secret, message_id=identity, at_s=int(time.time()), body=body
    )
    request = urllib.request.Request(
        operator.url, body, {"content-type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S):
            return True
    except urllib.error.HTTPError as answer:
        if answer.code in _REFUSALS:
            return False
        raise
