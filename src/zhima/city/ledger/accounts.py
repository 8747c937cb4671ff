"""Opening, freezing and closing accounts. Each change is numbered and announced like an entry."""

from __future__ import annotations

from zhima.city.ledger.model import Account
from zhima.city.ledger.shape import is_id
from zhima.city.ledger.stores.session import Session, Store
from zhima.engine.kinds import ZhimaError


def open_account(
    store: Store,
    *,
    account_id: str,
    owner: str,
    currency: str = "CNY",
    may_go_negative: bool = False,
    now_us: int,
) -> None:
    """Open an account; doing it again the same way is nothing, another way is a ZhimaError."""
    new = Account(account_id, owner, currency, may_go_negative)
    open_accounts(store, [new], now_us=now_us)


def open_accounts(store: Store, accounts: list[Account], *, now_us: int) -> None:
    """Open many accounts in one transaction; their sums start at zero whatever they say."""
    for new in accounts:
        if not (is_id(new.id) and is_id(new.owner) and is_id(new.currency)):
            raise ZhimaError(f"account {new.id!r}: id, owner and currency must be short plain text")
    with store.transaction() as session:
        known = session.accounts([new.id for new in accounts])
        for new in accounts:
            if new.id in known:
                _require_same(known[new.id], new)
            else:
                _insert(session, new, now_us)
                known[new.id] = new


def freeze_account(store: Store, *, account_id: str, now_us: int) -> None:
    """Let no money in or out until `unfreeze_account`."""
    _set_flag(store, account_id, "frozen", True, "account.frozen", now_us)


def unfreeze_account(store: Store, *, account_id: str, now_us: int) -> None:
    """Let money move again."""
    _set_flag(store, account_id, "frozen", False, "account.unfrozen", now_us)


def close_account(store: Store, *, account_id: str, now_us: int) -> None:
    """Close an account for ever; a ZhimaError while it has money or pending sums."""
    _set_flag(store, account_id, "closed", True, "account.closed", now_us)


def _set_flag(
    store: Store, account_id: str, flag: str, value: bool, event: str, now_us: int
) -> None:
    with store.transaction() as session:
        account = session.accounts([account_id]).get(account_id)
        if account is None:
            raise ZhimaError(f"there is no account {account_id!r}")
        if account.closed:
            raise ZhimaError(f"account {account_id!r} is closed, which is final")
        if flag == "closed":
            _require_empty(account)
        if getattr(account, flag) != value:
            session.rows(
                f"UPDATE ledger_accounts SET {flag} = ? WHERE id = ?", (int(value), account_id)
            )
            _announce(session, event, account_id, now_us)


def _require_empty(account: Account) -> None:
    held_fen, promised_fen = account.pending_debits_fen, account.pending_credits_fen
    if account.balance_fen or held_fen or promised_fen:
        raise ZhimaError(
            f"account {account.id!r} cannot close with {account.balance_fen} fen in it, "
            f"{held_fen} fen held and {promised_fen} fen promised: pay out and end the holds first"
        )


def _require_same(known: Account, new: Account) -> None:
    for field in ("owner", "currency", "may_go_negative"):
        if getattr(known, field) != getattr(new, field):
            raise ZhimaError(f"account {new.id!r} exists with another {field.replace('_', ' ')}")


def _insert(session: Session, new: Account, now_us: int) -> None:
    session.rows(
        "INSERT INTO ledger_accounts (id, owner, currency, may_go_negative) VALUES (?, ?, ?, ?)",
        (new.id, new.owner, new.currency, int(new.may_go_negative)),
    )
    _announce(session, "account.opened", new.id, now_us)


def _announce(session: Session, event: str, account_id: str, now_us: int) -> None:
    seq, last_us = session.head()
    at_us = max(now_us, last_us)
    session.rows(
        "INSERT INTO ledger_outbox VALUES (?, ?, ?, ?)", (seq + 1, event, account_id, at_us)
    )
    session.rows("UPDATE ledger_head SET seq = ?, at_us = ?", (seq + 1, at_us))
