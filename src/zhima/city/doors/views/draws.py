"""Draws: everybody may look at them and run them again. A booking is what brings a ticket."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.doors import upgrades
from zhima.city.doors.models import Draw, Ticket


@login_not_required
@require_GET
def draw(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """A draw: its commitment, and once it is drawn its seed and every ticket."""
    found = get_object_or_404(Draw, pk=draw_id)
    if found.drawn_at is None and found.closes_at <= clock.now():
        upgrades.draw_now(found)
        found.refresh_from_db()
    mine = None
    if request.user.is_authenticated:
        mine = Ticket.objects.filter(draw=found, person=request.user).first()
    tickets = found.tickets.order_by("name") if found.drawn_at else ()
    context = {
        "draw": found,
        "told": upgrades.told(mine) if mine else None,
        "tickets": tickets,
        "count": found.tickets.count(),
    }
    return render(request, "doors/draw.html", context)


@login_not_required
@require_GET
def draw_file(request: HttpRequest, draw_id: UUID) -> HttpResponse:
    """The same as a file for `zhima doors redraw`."""
    found = get_object_or_404(Draw, pk=draw_id)
    return JsonResponse(upgrades.published(found), json_dumps_params={"indent": 1})
