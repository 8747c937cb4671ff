"""A manifest as an outside developer writes it."""

from __future__ import annotations

MANIFEST = """\
format: zhima-app/1
id: kites
name: {en: Kites, zh: 风筝}
about: {en: Borrow a kite for an afternoon., zh: 借风筝玩一个下午。}
icon: puzzle
tint: 6
url: https://kites.example/arrive
purposes: [agreements]
evidence:
  - {kind: booking.made, purpose: agreements, when: booked}
  - {kind: booking.missed, purpose: agreements, when: missed}
booking: {free_until_hours: 1, category: outing}
"""
