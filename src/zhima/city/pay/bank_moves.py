"""Top-up and cash-out. The wish is written first, so that a crash or a silent bank loses nothing.

A top-up asks the bank and then credits the purse; a cash-out holds the money, asks the bank and
then captures or releases. What stays `asked` is finished by reconciliation from the bank's
statement.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from zhima.city.ledger import requests
from zhima.city.ledger.model import MAX_AMOUNT_FEN, Outcome, Transfer
from zhima.city.pay.bank import Bank, BankSilent
from zhima.city.pay.models import BankMove
from zhima.city.pay.outcomes import Paid, Refusal, Refused, refusal_in
from zhima.city.pay.secret_keys import entry_id
from zhima.city.wallet.books import open_world, write

State = BankMove.State
Direction = BankMove.Direction


def top_up(
    *, bank: Bank, account_id: str, bank_account: str, amount_fen: int, key: str
) -> Paid | Refused:
    """Money from a bank account into a ledger account."""
    move = _wish(Direction.TOP_UP, account_id, bank_account, amount_fen, key)
    return move if isinstance(move, Refused) else _carried_out(move, bank)


def cash_out(
    *, bank: Bank, account_id: str, bank_account: str, amount_fen: int, key: str
) -> Paid | Refused:
    """Money from a ledger account to a bank account."""
    move = _wish(Direction.CASH_OUT, account_id, bank_account, amount_fen, key)
    if isinstance(move, Refused):
        return move
    if move.state == State.ASKED:
        held = requests.hold(
            transfer_id=move.pk, payer=account_id, payee=open_world(), amount_fen=amount_fen
        )
        refused = refusal_in(write(held))
        if refused is not None:
            _end(move, State.REFUSED, str(refused.reason))
            return refused
    return _carried_out(move, bank)


def finish(move: BankMove, *, booked: bool) -> Refused | None:
    """End an open move, once it is known whether the bank moved the money.

    A purse that cannot take what the bank has paid leaves the move open: the reason is given back.
    """
    if not booked:
        if move.direction == Direction.CASH_OUT:
            write(requests.release(transfer_id=f"{move.pk}:back", hold_id=move.pk))
        _end(move, State.REFUSED, Refusal.BANK_REFUSED)
        return None
    refused = refusal_in(write(_booking(move)))
    if refused is None:
        _end(move, State.DONE, "")
    return refused


def _booking(move: BankMove) -> Transfer:
    if move.direction == Direction.CASH_OUT:
        return requests.capture(
            transfer_id=f"{move.pk}:out", hold_id=move.pk, amount_fen=move.amount_fen
        )
    return requests.pay(
        transfer_id=move.pk, payer=open_world(), payee=move.account_id, amount_fen=move.amount_fen
    )


def change_of(move: BankMove) -> int:
    """What the move does to the bank account."""
    return move.amount_fen * (-1 if move.direction == Direction.TOP_UP else 1)


def _wish(
    direction: BankMove.Direction, account_id: str, bank_account: str, amount_fen: int, key: str
) -> BankMove | Refused:
    if not 0 < amount_fen <= MAX_AMOUNT_FEN:
        fault = Outcome.AMOUNT_TOO_LARGE if amount_fen > 0 else Outcome.AMOUNT_NOT_POSITIVE
        return Refused(fault)
    wanted = {
        "account_id": account_id,
        "direction": direction,
        "bank_account": bank_account,
        "amount_fen": amount_fen,
    }
    move = BankMove(pk=entry_id(direction, account_id, key), **wanted)
    try:
        with transaction.atomic():
            move.save(force_insert=True)
    except IntegrityError:
        move = BankMove.objects.get(pk=move.pk)
        if any(getattr(move, field) != value for field, value in wanted.items()):
            return Refused(Outcome.ID_REUSED_WITH_OTHER_AMOUNT)
    return move


def _carried_out(move: BankMove, bank: Bank) -> Paid | Refused:
    replayed = move.state == State.DONE
    if move.state == State.ASKED:
        try:
            booked = bank.move(
                reference=move.pk, bank_account=move.bank_account, change_fen=change_of(move)
            )
        except BankSilent:
            return Refused(Refusal.BANK_SILENT)
        refused = finish(move, booked=booked)
        if refused is not None:
            return refused
    if move.state == State.REFUSED:
        return Refused(Refusal.BANK_REFUSED)
    return Paid(move.pk, move.amount_fen, 0, replayed)


def _end(move: BankMove, state: BankMove.State, reason: str) -> None:
    move.state, move.reason = state, reason
    move.save(update_fields=["state", "reason"])
