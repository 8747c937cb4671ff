"""What doors tell the apps that gave something to decide."""

from __future__ import annotations

from django.dispatch import Signal

place_given = Signal()
"""After the commit: `operator` and `slot` as the app named them, `person` who got the place."""
drawn = Signal()
"""After the commit: `operator`, `slot`, and `winners`, a list of people."""
