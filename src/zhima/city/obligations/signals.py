"""What other rooms may follow."""

from __future__ import annotations

from django.dispatch import Signal

moved = Signal()
"""After a move is committed; gives `obligation_id` and `act`."""
