"""Building the transfers one asks for: one function a kind, so that no field is left to chance."""

from __future__ import annotations

from zhima.city.ledger.model import Entry, Transfer


def pay(
    *, transfer_id: str, payer: str, payee: str, amount_fen: int, memo: str = "", meta: str = ""
) -> Transfer:
    """Money from the payer's account to the payee's, at once."""
    return Transfer(transfer_id, "transfer", amount_fen, payer, payee, memo=memo, meta=meta)


def hold(
    *,
    transfer_id: str,
    payer: str,
    payee: str,
    amount_fen: int,
    expires_at_us: int = 0,
    memo: str = "",
    meta: str = "",
) -> Transfer:
    """Money set aside for the payee until it is captured, released or its time passes."""
    return Transfer(
        transfer_id,
        "hold",
        amount_fen,
        payer,
        payee,
        expires_at_us=expires_at_us,
        memo=memo,
        meta=meta,
    )


def capture(
    *, transfer_id: str, hold_id: str, amount_fen: int, memo: str = "", meta: str = ""
) -> Transfer:
    """A held amount, or a part of it, becomes the payee's; what is left goes back to the payer."""
    return Transfer(transfer_id, "capture", amount_fen, refers_to=hold_id, memo=memo, meta=meta)


def release(*, transfer_id: str, hold_id: str, memo: str = "", meta: str = "") -> Transfer:
    """The whole hold goes back to the payer."""
    return Transfer(transfer_id, "release", refers_to=hold_id, memo=memo, meta=meta)


def refund(
    *, transfer_id: str, payment_id: str, amount_fen: int, memo: str = "", meta: str = ""
) -> Transfer:
    """A payment, or a part of it, goes back to the payer."""
    return Transfer(transfer_id, "refund", amount_fen, refers_to=payment_id, memo=memo, meta=meta)


def capture_part(
    *, transfer_id: str, hold: Entry, amount_fen: int, rest_id: str, memo: str = ""
) -> tuple[Transfer, ...]:
    """Capture a part of `hold` and keep the rest set aside under `rest_id`: both or neither.

    Of a hold captured whole nothing is left to set aside: the answer is then a lone capture.
    """
    rest_fen = hold.amount_fen - amount_fen
    part = capture(transfer_id=transfer_id, hold_id=hold.id, amount_fen=amount_fen, memo=memo)
    if rest_fen <= 0:
        return (part,)
    rest = Transfer(
        rest_id,
        "hold",
        rest_fen,
        hold.debit_id,
        hold.credit_id,
        expires_at_us=hold.expires_at_us,
        memo=hold.memo,
        meta=hold.meta,
    )
    return (part._replace(linked=True), rest)
