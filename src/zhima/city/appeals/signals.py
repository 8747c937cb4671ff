"""What other rooms can listen to."""

from __future__ import annotations

from django.dispatch import Signal

reader_told = Signal()
"""`notice`: a reader of a score has to be told that it was wrong."""
