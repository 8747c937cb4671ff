"""Where whatever is shown on these pages is contested: the room of appeals is above this one."""

from __future__ import annotations

from django.urls import reverse


def appeal_of(event_id: str) -> str:
    """The address at which an item is contested."""
    return reverse("appeals:open", args=[event_id])


def appeal_of_door(door_id: str) -> str:
    """The address at which a decision on a door is contested."""
    return reverse("appeals:decision", args=[door_id])


def appeal_of_score() -> str:
    """The address at which somebody asks a person to look at the score as a whole."""
    return reverse("appeals:score")
