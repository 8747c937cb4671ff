"""Pages of conversations. Whoever is not in one is told that there is nothing there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city import clock
from zhima.city.chat.forms import GroupForm, PacketForm, TextForm, TransferForm
from zhima.city.chat.models import Conversation, Message, RedPacket, Split
from zhima.city.chat.money import LedgerMoney
from zhima.city.chat.red_packets import Opening, open_packet, send_packet, settle
from zhima.city.chat.talk import (
    conversation_with,
    conversations_of,
    group_of,
    mark_read,
    may_write,
    other_of,
    say,
    send_money,
)
from zhima.city.ledger.model import Outcome
from zhima.city.limits import limited
from zhima.city.people.models import Person
from zhima.city.wallet.words import done, sentence

SHOWN = 80
MONEY = LedgerMoney()
OPENINGS = {
    Opening.EXPIRED: gettext_lazy("This packet is over. What nobody took went back."),
    Opening.GONE: gettext_lazy("All shares were taken before you came."),
    Opening.NOT_FOR_YOU: gettext_lazy("This packet waits for the other one."),
}


@require_GET
def chats(request: HttpRequest) -> HttpResponse:
    """All conversations, the latest first."""
    template = "chat/chats_list.html" if request.htmx else "chat/chats.html"
    return render(request, template, {"rows": _rows(request.user), "tab": "chats"})


def _rows(person: Person) -> list[dict[str, object]]:
    conversations = list(conversations_of(person))
    newest = Message.objects.select_related("author").in_bulk(
        [c.newest for c in conversations if c.newest]
    )
    return [
        {
            "conversation": conversation,
            "other": other_of(conversation, person),
            "message": newest.get(conversation.newest),
            "unread": (conversation.newest or 0) > conversation.read_to
            and newest[conversation.newest].author_id != person.pk,
        }
        for conversation in conversations
    ]


@require_GET
def with_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """To the conversation with a contact."""
    other = get_object_or_404(Person, pk=person_id, is_active=True)
    conversation = conversation_with(person=request.user, other=other)
    return redirect(conversation) if conversation else redirect("people:person", person_id)


@require_http_methods(["GET", "POST"])
@limited("20/hour")
def new_group(request: HttpRequest) -> HttpResponse:
    """Start a group among contacts."""
    form = GroupForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(
            group_of(
                founder=request.user,
                title=form.cleaned_data["title"],
                people=form.cleaned_data["people"],
            )
        )
    return render(request, "chat/new_group.html", {"form": form, "tab": "chats"})


@require_GET
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One conversation, with a place to write."""
    found = _own(request, conversation_id)
    return render(request, "chat/conversation.html", _room(request, found))


@require_GET
def messages(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The part of it that changes."""
    found = _own(request, conversation_id)
    return render(request, "chat/messages.html", _room(request, found))


@require_POST
@limited("60/minute")
def write(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Say something."""
    found = _own(request, conversation_id)
    form = TextForm(request.POST)
    if not may_write(conversation=found, person=request.user):
        return render(request, "chat/write.html", _room(request, found), status=403)
    if form.is_valid():
        say(
            conversation=found,
            author=request.user,
            key=form.key_of(request.user),
            text=form.cleaned_data["text"],
        )
    if not request.htmx:
        return redirect(found)
    answer = render(request, "chat/write.html", _room(request, found))
    answer["HX-Trigger"] = "said"
    return answer


@require_http_methods(["GET", "POST"])
@limited("30/minute")
def transfer(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Send money to the other one."""
    found = _own(request, conversation_id)
    other = other_of(found, request.user)
    if other is None or not may_write(conversation=found, person=request.user):
        return redirect(found)
    form = TransferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = send_money(
            money=MONEY,
            conversation=found,
            author=request.user,
            payee=other,
            amount_fen=form.cleaned_data["amount_fen"],
            memo=form.cleaned_data["memo"],
            key=form.key_of(request.user),
        )
        if done(outcome):
            return redirect(found)
        form.add_error("amount_fen", sentence(outcome))
    context = {"form": form, "conversation": found, "other": other}
    return render(request, "chat/transfer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@limited("30/minute")
def packet(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Put a red packet into the conversation."""
    found = _own(request, conversation_id)
    if not may_write(conversation=found, person=request.user):
        return redirect(found)
    form = PacketForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = _send(request, found, form)
        if done(outcome):
            return redirect(found)
        form.add_error("amount_fen", sentence(outcome))
    context = {"form": form, "conversation": found, "other": other_of(found, request.user)}
    return render(request, "chat/packet_form.html", context, status=422 if form.errors else 200)


def _send(request: HttpRequest, found: Conversation, form: PacketForm) -> Outcome:
    return send_packet(
        money=MONEY,
        conversation=found,
        sender=request.user,
        split=Split(form.cleaned_data["split"]),
        shares_fen=form.shares_fen(),
        wish=form.cleaned_data["wish"],
        key=form.key_of(request.user),
        now=clock.now(),
    )


@require_http_methods(["GET", "POST"])
@limited("60/minute")
def open_one(request: HttpRequest, packet_id: UUID) -> HttpResponse:
    """A red packet: open it, and see who took what."""
    found = get_object_or_404(
        RedPacket.objects.select_related("sender", "conversation"),
        pk=packet_id,
        conversation__memberships__person=request.user,
    )
    if request.method == "POST":
        opening = open_packet(money=MONEY, packet=found, person=request.user, now=clock.now())
        address = reverse("chat:packet", args=[packet_id])
        refused = f"?why={opening}" if opening in OPENINGS else ""
        return redirect(f"{address}{refused}")
    settle(money=MONEY, packet=found, now=clock.now())
    found.refresh_from_db()
    return render(request, "chat/packet.html", _packet(request, found))


def _packet(request: HttpRequest, found: RedPacket) -> dict[str, object]:
    claims = list(found.claims.select_related("person"))
    own = next((claim for claim in claims if claim.person_id == request.user.pk), None)
    why = request.GET.get("why", "")
    return {
        "packet": found,
        "claims": claims,
        "own": own,
        "taken": len(claims),
        "count": len(found.shares_fen),
        "refused": _(str(OPENINGS[Opening(why)])) if why in set(OPENINGS) else "",
        "may_open": own is None
        and found.ended_at is None
        and not (found.conversation.is_pair and found.sender_id == request.user.pk),
        "best": max((c.amount_fen for c in claims), default=0) if found.ended_at else 0,
    }


def _own(request: HttpRequest, conversation_id: UUID) -> Conversation:
    return get_object_or_404(
        Conversation.objects.prefetch_related("members"),
        pk=conversation_id,
        memberships__person=request.user,
    )


def _room(request: HttpRequest, found: Conversation) -> dict[str, object]:
    newest_first = found.messages.select_related("author", "packet").order_by("-id")[:SHOWN]
    shown = list(reversed(newest_first))
    if shown:
        mark_read(conversation=found, person=request.user, newest=shown[-1].pk)
    return {
        "conversation": found,
        "other": other_of(found, request.user),
        "shown": shown,
        "may_write": may_write(conversation=found, person=request.user),
        "form": TextForm(),
        "tab": "chats",
    }
