"""One commit per transfer: Django's ORM with select_for_update, and SQLAlchemy, as one writes them.

Both do what the ledger promises for a payment: look for the id, lock and check both accounts, write
the transfer, the sums and the outbox event in one durable transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

START_FEN = 10**9
CONNECTIONS = {"sqlite": 1, "postgres": 16}
"""Clients at once, where each rival is fastest: SQLite has one writer, PostgreSQL likes company."""


class Rival(Protocol):
    """Something that pays, one transfer a call."""

    def pay(self, transfer_id: str, payer: int, payee: int, amount_fen: int) -> None:
        """Commit one transfer durably, from any thread."""
        ...


def django_rival(place: str, accounts: int) -> Rival:
    """Django's ORM on `place`, a file's path or a PostgreSQL URL; a process can have only one."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": _django_database(place)},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.db import connection, models, transaction

    class Account(models.Model):
        balance_fen = models.BigIntegerField()

        class Meta:
            app_label = "rival"

    class Transfer(models.Model):
        id = models.CharField(max_length=64, primary_key=True)
        payer = models.ForeignKey(Account, models.PROTECT, related_name="+")
        payee = models.ForeignKey(Account, models.PROTECT, related_name="+")
        amount_fen = models.BigIntegerField()
        at = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "rival"

    class Event(models.Model):
        kind = models.CharField(max_length=30)
        transfer = models.ForeignKey(Transfer, models.PROTECT)

        class Meta:
            app_label = "rival"

    with connection.schema_editor() as editor:
        for model in (Account, Transfer, Event):
            editor.create_model(model)
    Account.objects.bulk_create(
        [Account(id=number, balance_fen=START_FEN) for number in range(1, accounts + 1)]
    )

    class DjangoRival:
        def pay(self, transfer_id: str, payer: int, payee: int, amount_fen: int) -> None:
            with transaction.atomic():
                if Transfer.objects.filter(pk=transfer_id).exists():
                    return
                ids = (payer + 1, payee + 1)
                locked = Account.objects.select_for_update().filter(pk__in=ids).order_by("pk")
                found = {account.pk: account for account in locked}
                source, target = found[payer + 1], found[payee + 1]
                assert source.balance_fen >= amount_fen
                source.balance_fen -= amount_fen
                target.balance_fen += amount_fen
                source.save(update_fields=["balance_fen"])
                target.save(update_fields=["balance_fen"])
                made = Transfer.objects.create(
                    id=transfer_id, payer=source, payee=target, amount_fen=amount_fen
                )
                Event.objects.create(kind="payment.made", transfer=made)

    return DjangoRival()


def _django_database(place: str) -> dict[str, Any]:
    if place.startswith("postgresql"):
        url = urlsplit(place)
        options = {key: values[0] for key, values in parse_qs(url.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "HOST": options["host"],
            "USER": options["user"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"options": options["options"]},
        }
    settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": place,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": settings},
    }


def sqlalchemy_rival(place: str, accounts: int) -> Rival:
    """SQLAlchemy Core on `place`, the fastest way it has."""
    import sqlalchemy as sa

    engine = _engine(place)
    tables = sa.MetaData()
    account = sa.Table(
        "sa_account",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("balance_fen", sa.BigInteger),
    )
    transfer = sa.Table(
        "sa_transfer",
        tables,
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("payer", sa.ForeignKey(account.c.id)),
        sa.Column("payee", sa.ForeignKey(account.c.id)),
        sa.Column("amount_fen", sa.BigInteger),
        sa.Column("at", sa.DateTime, server_default=sa.func.now()),
    )
    event = sa.Table(
        "sa_event",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(30)),
        sa.Column("transfer", sa.ForeignKey(transfer.c.id)),
    )
    tables.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": number, "balance_fen": START_FEN} for number in range(accounts)]
        connection.execute(account.insert(), rows)

    class SqlAlchemyRival:
        def pay(self, transfer_id: str, payer: int, payee: int, amount_fen: int) -> None:
            both = sa.select(account).where(account.c.id.in_((payer, payee)))
            with engine.begin() as connection:
                known = sa.select(transfer.c.id).where(transfer.c.id == transfer_id)
                if connection.execute(known).first():
                    return
                locked = both.order_by(account.c.id).with_for_update()
                balances = dict(tuple(row) for row in connection.execute(locked))
                assert balances[payer] >= amount_fen
                for name, change_fen in ((payer, -amount_fen), (payee, amount_fen)):
                    connection.execute(
                        account.update()
                        .where(account.c.id == name)
                        .values(balance_fen=account.c.balance_fen + change_fen)
                    )
                row = {"id": transfer_id, "payer": payer, "payee": payee, "amount_fen": amount_fen}
                connection.execute(transfer.insert(), row)
                connection.execute(
                    event.insert(), {"kind": "payment.made", "transfer": transfer_id}
                )

    return SqlAlchemyRival()


def _engine(place: str) -> Any:
    import sqlalchemy as sa

    if place.startswith("postgresql"):
        url = place.replace("postgresql://", "postgresql+psycopg://")
        return sa.create_engine(url, pool_size=CONNECTIONS["postgres"], max_overflow=0)
    engine = sa.create_engine(f"sqlite:///{Path(place)}", connect_args={"timeout": 60})

    @sa.event.listens_for(engine, "connect")
    def durable(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def alone(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


RIVALS: dict[str, Callable[[str, int], Rival]] = {
    "orm": django_rival,
    "sqlalchemy": sqlalchemy_rival,
}
