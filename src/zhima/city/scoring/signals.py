"""What scoring tells other rooms."""

from __future__ import annotations

from django.dispatch import Signal

published = Signal()
"""Sent after the commit with `moves`: a list of (person id, old score or None, new, cause)."""
