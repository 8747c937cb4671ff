"""What consent tells other rooms."""

from __future__ import annotations

from django.dispatch import Signal

changed = Signal()
"""Sent in the transaction of a grant that is given, revoked or run out: `person_id`, `recipient`,
`purpose`.
"""
refused = Signal()
"""Sent with `person`, `partner` and `reason` when a partner's code or token was refused."""
