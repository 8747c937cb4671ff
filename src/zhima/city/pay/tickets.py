"""Tickets: issued once for a paid order, let through a gate once, however many gates ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from zhima.city import clock
from zhima.city.pay.models import Merchant, Order, Ticket
from zhima.city.pay.orders import paid_fen, payments_of
from zhima.city.pay.outcomes import Refusal, Refused
from zhima.city.pay.secret_keys import key_for
from zhima.city.qr.model import NotACode, TicketCode
from zhima.city.qr.reading import code_text, read_code
from zhima.city.qr.tagged import is_genuine, seal_of
from zhima.city.wallet.books import person_id


@dataclass(frozen=True, slots=True)
class Admitted:
    """The gate opens, this once."""

    ticket: Ticket


def issue_ticket(order_id: str) -> Ticket | None:
    """The ticket of an order that is paid whole; None until it is. Asking again gives the same."""
    order = Order.objects.get(pk=order_id)
    payments = [payment for payment in payments_of(order_id) if not payment.is_tip]
    if not order.seat or paid_fen(payments) < order.amount_fen:
        return None
    # Whoever pays first travels; the others paid for them.
    holder = person_id(payments[0].payer_account)
    ticket, _ = Ticket.objects.get_or_create(order=order, defaults={"holder_id": holder})
    return ticket


def ticket_code(ticket: Ticket) -> str:
    """The text that the gate scans."""
    seal = seal_of(key=key_for("tickets"), ticket_id=ticket.pk)
    return code_text(TicketCode(settings.OPERATOR, ticket.pk, seal))


def admit(*, merchant: Merchant, text: str) -> Admitted | Refused:
    """Open the gate for a ticket of this shop, exactly once."""
    code = read_code(text)
    if isinstance(code, NotACode):
        return Refused(code.error)
    if not isinstance(code, TicketCode):
        return Refused(Refusal.TICKET_UNKNOWN)
    if code.operator != settings.OPERATOR or not is_genuine(code, key=key_for("tickets")):
        return Refused(Refusal.TICKET_FORGED)
    ticket = Ticket.objects.select_related("order").filter(pk=code.ticket_id).first()
    if ticket is None:
        return Refused(Refusal.TICKET_UNKNOWN)
    if ticket.order.merchant_id != merchant.pk:
        return Refused(Refusal.TICKET_OF_ANOTHER)
    # One statement decides: of two gates at the same moment, one finds the row still open.
    waiting = Ticket.objects.filter(pk=ticket.pk, admitted_at=None, voided_at=None)
    if waiting.update(admitted_at=clock.now()):
        return Admitted(ticket)
    ticket.refresh_from_db()
    return Refused(Refusal.TICKET_VOID if ticket.voided_at else Refusal.TICKET_USED)


def void_ticket(order_id: str) -> None:
    """A ticket whose money went back opens no gate any more."""
    Ticket.objects.filter(order_id=order_id, voided_at=None).update(voided_at=clock.now())
