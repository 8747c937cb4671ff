"""The readers of the tables, and their phones."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.test import Client

from tests.city_phones import Phone, resident
from zhima.city.people import contacts


@dataclass
class People:
    """The owner of whatever a page shows, a contact of theirs, a stranger; the owner of a shop, its
    clerk; an operator of the city. A scene may add clients of its own readers.
    """

    owner: Phone
    contact: Phone
    stranger: Phone
    merchant: Phone
    clerk: Phone
    operator: Phone
    shop: str
    others: dict[str, Client] = field(default_factory=dict)

    def client(self, reader: str) -> Client:
        """The browser, or the software, of a reader."""
        if reader in self.others:
            return self.others[reader]
        return Client() if reader == "anonymous" else getattr(self, reader).client


def settle() -> People:
    """Everybody, with money; the shop has its clerk."""
    owner, contact = resident("Owner", fen=1000_00), resident("Contact", fen=1000_00)
    contacts.ask(person=owner.person, other=contact.person)
    contacts.agree(person=contact.person, other=owner.person)
    merchant, clerk = resident("Merchant", fen=100_00), resident("Clerk", fen=100_00)
    shop = merchant.opens_shop()
    merchant.post("pay:clerks", shop, username=clerk.person.username)
    return People(
        owner=owner,
        contact=contact,
        stranger=resident("Stranger", fen=1000_00),
        merchant=merchant,
        clerk=clerk,
        operator=resident("Operator", fen=100_00, is_staff=True, is_superuser=True),
        shop=shop,
    )
