"""Shops: signing up, who may do what there, and how hot paths read them."""

from __future__ import annotations

from typing import Literal, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from zhima.city.language import either
from zhima.city.ledger.accounts import open_account
from zhima.city.pay.models import Clerk, Merchant
from zhima.city.people.models import Person
from zhima.city.qr.model import MerchantCode, PersonCode, Purpose, Tip, WalletAccount
from zhima.city.qr.reading import code_text
from zhima.city.wallet.books import now_us, open_purse, store

SHOP = "shop:"
CHINESE = "zh"
"""ISO 639."""
Role = Literal["owner", "clerk"]

_SHOP = "SELECT id, name_en, name_zh, tip_hundredths FROM pay_merchant WHERE id = %s"


class Shop(NamedTuple):
    """What a payment needs to know of a merchant."""

    id: UUID
    name_en: str
    name_zh: str
    tip_hundredths: int | None

    @property
    def name(self) -> str:
        """In the reader's language."""
        return either(self.name_en, self.name_zh)

    @property
    def account_id(self) -> str:
        """Its ledger account."""
        return shop_account(self.id)


def shop_account(merchant_id: UUID) -> str:
    """The ledger account of a shop."""
    return f"{SHOP}{merchant_id.hex}"


def shop_id(account_id: str) -> UUID | None:
    """Whose till an account is; None when it is not a shop's."""
    return UUID(account_id.removeprefix(SHOP)) if account_id.startswith(SHOP) else None


def open_shop(
    *,
    owner: Person,
    name: str,
    name_zh: str = "",
    city: str,
    kind: str = Merchant.Kind.SHOP,
    category: str = "0000",
    tip_hundredths: int | None = None,
) -> Merchant:
    """A new shop with its ledger account: it can take its first payment at once."""
    merchant = Merchant.objects.create(
        owner=owner,
        name_en=name,
        name_zh=name_zh,
        city=city,
        kind=kind,
        category=category,
        tip_hundredths=tip_hundredths,
    )
    open_account(
        store(), account_id=shop_account(merchant.pk), owner=str(merchant.pk), now_us=now_us()
    )
    return merchant


def rename(merchant: Merchant, name: str, name_zh: str) -> None:
    """Call a shop something else from now on, wherever it is named and whatever it did."""
    merchant.name_en, merchant.name_zh = name, name_zh
    merchant.save(update_fields=["name_en", "name_zh"])


def role_at(merchant: Merchant, person: Person) -> Role | None:
    """What a person is at a shop; None for everybody else."""
    if merchant.owner_id == person.pk:
        return "owner"
    is_clerk = Clerk.objects.filter(merchant=merchant, person=person).exists()
    return "clerk" if is_clerk else None


def keepers_of(account_id: str) -> list[UUID]:
    """Owner and clerks of the shop behind an account; nobody for other accounts."""
    shop = shop_id(account_id)
    if shop is None:
        return []
    owners = Merchant.objects.filter(pk=shop).values_list("owner_id", flat=True)
    clerks = Clerk.objects.filter(merchant=shop).values_list("person_id", flat=True)
    return [*owners, *clerks]


def find_shop(payee_id: str) -> Shop | None:
    """The shop that a code names, by plain SQL; None when there is none."""
    try:
        wanted = UUID(hex=payee_id)
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SHOP, (wanted.hex,))
        row = cursor.fetchone()
    return None if row is None else Shop(wanted, *row[1:])


def shop_code(merchant: Merchant) -> str:
    """The text of the static code on a shop's counter."""
    return code_text(
        MerchantCode(
            accounts=(WalletAccount(settings.OPERATOR, merchant.pk.hex),),
            **naming(merchant),
            city=merchant.city,
            category=merchant.category,
            tip=tip_asked(merchant.tip_hundredths),
        )
    )


def naming(merchant: Merchant) -> dict[str, str]:
    """A shop's names as codes have them, whoever looks: one, and the Chinese one beside it."""
    said = {"name": merchant.name_en}
    if merchant.name_zh:
        said |= {"language": CHINESE, "local_name": merchant.name_zh}
    return said


def person_code(person: Person, purpose: Purpose = "pay") -> str:
    """The text of the code by which a person is paid, tipped or befriended; opens the purse."""
    open_purse(person)
    return code_text(PersonCode(settings.OPERATOR, person.pk.hex, purpose))


def tip_asked(tip_hundredths: int | None) -> Tip | None:
    """A tip rule as codes say it."""
    if tip_hundredths is None:
        return None
    return Tip("percent", tip_hundredths) if tip_hundredths else Tip("ask")
