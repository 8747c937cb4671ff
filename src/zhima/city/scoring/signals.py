"""What scoring tells other rooms."""

from __future__ import annotations

from django.dispatch import Signal

erasing = Signal()
"""Sent at the end of the transaction that forgets them: `people`, ids whose scores are erased."""
published = Signal()
"""Sent in the transaction that publishes, once the standings are written: `moves`, a list of
(person id, old score or None, new, cause). What follows from a score comes with it or not at all.
"""
