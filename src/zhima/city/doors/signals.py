"""What doors tell the apps that gave something to decide."""

from __future__ import annotations

from django.dispatch import Signal

place_given = Signal()
"""After the commit: the `contest` that was decided."""
closing = Signal()
"""The list of a `draw` is closed, nothing is drawn: inside its transaction whoever gives the places
may take tickets off the list whose holder wants them no more, and lower `draw.places`.
"""
drawn = Signal()
"""Inside the transaction of a draw: `draw` and `winners`, its tickets. What is given stands or
falls with it: a receiver that finds no place left raises `upgrades.PlacesChanged`.
"""
