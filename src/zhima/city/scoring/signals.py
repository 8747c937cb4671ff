"""What scoring tells other rooms."""

from __future__ import annotations

from django.dispatch import Signal

erasing = Signal()
"""Sent in the transaction that forgets them: `people`, ids whose evidence and scores are erased."""
published = Signal()
"""Sent after the commit with `moves`: a list of (person id, old score or None, new, cause)."""
