"""What consent tells other rooms."""

from __future__ import annotations

from django.dispatch import Signal

changed = Signal()
"""Sent after the commit with `person_id`, `recipient`, `purpose`: given, revoked or run out."""
refused = Signal()
"""Sent with `person`, `partner` and `reason` when a partner's code or token was refused."""
