"""Why the score stands where it stands, in one plain sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhima.city.score.receipt import Entry, Part, Printed


def because(receipt: Printed) -> str:
    """What helps most and what costs most, in the words of the receipt itself."""
    entries = [entry for part in receipt.parts for entry in part.entries]
    best = max(entries, key=lambda entry: entry.points_milli, default=None)
    worst = min(entries, key=lambda entry: entry.points_milli, default=None)
    if worst is not None and worst.fell and worst.source:
        return _("%(worst)s That costs you %(points)s points.") % {
            "worst": worst.words,
            "points": worst.amount.lstrip("\u2212"),
        }
    if best is None or best.points_milli <= 0:
        return _("Little is known of you yet, so little can be said.")
    return _("%(best)s That helps most.") % {"best": best.words}


def most_to_gain(receipt: Printed) -> Part:
    """The factor with the most points still to be had."""
    return max(receipt.parts, key=lambda part: part.most * 1000 - part.points_milli)


def falls(receipt: Printed) -> list[Entry]:
    """The lines that take points, the largest first."""
    entries = (entry for part in receipt.parts for entry in part.entries)
    return sorted((entry for entry in entries if entry.fell), key=lambda e: e.points_milli)
