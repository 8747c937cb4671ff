"""One person's circle as a drawing: who gives, who takes, how many points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

MOST_DRAWN = 12
"""Contacts drawn one by one; the rest are summed in a line of their own."""
WIDTH, CENTRE_Y, RADIUS = 360, 190, 120
DISC = 36
NAME_LETTERS = 11

_STYLE = """
svg{background:#faf6ee;font-family:system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
text{fill:#26231d;font-variant-numeric:tabular-nums}.quiet{fill:#6b6558}
.disc{fill:#fffdf8;stroke:#d8d0bf}.gives{stroke:#1f7a5c}.takes{stroke:#a2452f}.none{stroke:#8a8373}
text.gives{fill:#1a6b50;stroke:none}text.takes{fill:#9a3f2a;stroke:none}text.none{stroke:none}
@media (prefers-color-scheme:dark){svg{background:#1b1916}text{fill:#efe9dc}.quiet{fill:#a79f8e}
.disc{fill:#26231e;stroke:#4a443a}.gives{stroke:#5cc4a0}.takes{stroke:#e58a72}
text.gives{fill:#6fd0ae}text.takes{fill:#f0a08b}}
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in the circle and the points they give (above 0) or take compared with nobody."""

    name: str
    points: float


def circle_svg(
    name: str, *, own: float, score: float, contacts: Sequence[Contact], missing: float = 0
) -> str:
    """Draw a circle as SVG, 360 px wide, light and dark; names are escaped.

    `own` and `score` in points 0..600 and `missing` as `Explanation` has them, so that
    own + the contacts' points + missing = score.
    """
    ordered = sorted(contacts, key=lambda contact: (-abs(contact.points), contact.name))
    drawn, rest = ordered[:MOST_DRAWN], ordered[MOST_DRAWN:]
    lines = _sums(drawn, rest, own, missing, score)
    height = CENTRE_Y + RADIUS + 72 + 24 * len(lines)
    label = escape(f"The circle of {name}", quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">',
        f"<style>{_STYLE}</style>",
        _text(16, 30, f"The circle of {_short(name, 26)}", size=16),
        *(_spoke(contact, at, len(drawn), _largest(drawn)) for at, contact in enumerate(drawn)),
        f'<circle class="disc" cx="{WIDTH // 2}" cy="{CENTRE_Y}" r="{DISC}"/>',
        _text(WIDTH // 2, CENTRE_Y + 2, f"{score:.0f}", size=20, anchor="middle"),
        _text(WIDTH // 2, CENTRE_Y + 18, "points", size=12, anchor="middle", kind="quiet"),
        *_table(lines, CENTRE_Y + RADIUS + 64),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _largest(contacts: Sequence[Contact]) -> float:
    return max((abs(contact.points) for contact in contacts), default=0.0)


def _sums(
    drawn: Sequence[Contact], rest: Sequence[Contact], own: float, missing: float, score: float
) -> list[tuple[str, str]]:
    lines = [("Own points", f"{own:.2f}")]
    given = sum(c.points for c in [*drawn, *rest] if c.points > 0)
    taken = sum(c.points for c in [*drawn, *rest] if c.points < 0)
    lines += [("▲ Given by contacts", f"{given:+.2f}"), ("▼ Taken by contacts", f"{taken:+.2f}")]
    if rest:
        smaller = sum(contact.points for contact in rest)
        lines.append((f"of which {len(rest)} smaller ones, not drawn", f"{smaller:+.2f}"))
    if missing:
        lines.append(("▼ Ties that are not there", f"{missing:+.2f}"))
    return [*lines, ("Points together", f"{score:.2f}")]


def _table(lines: Sequence[tuple[str, str]], top: int) -> list[str]:
    return [
        cell
        for row, (label, value) in enumerate(lines)
        for cell in (
            _text(16, top + 24 * row, label, size=14),
            _text(WIDTH - 16, top + 24 * row, value, size=14, anchor="end"),
        )
    ]


def _spoke(contact: Contact, at: int, contacts: int, largest: float) -> str:
    angle = 2 * math.pi * at / contacts - math.pi / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    x, y = WIDTH / 2 + RADIUS * cosine, CENTRE_Y + RADIUS * sine
    kind, mark = effect(contact.points)
    width = 1 + 6 * abs(contact.points) / largest if largest else 1
    from_x, from_y = WIDTH / 2 + DISC * cosine, CENTRE_Y + DISC * sine
    # Words are wider than high: a spoke that arrives from the side stops further off.
    to = RADIUS - 24 - 22 * abs(cosine)
    to_x, to_y = WIDTH / 2 + to * cosine, CENTRE_Y + to * sine
    return (
        f'<line class="{kind}" x1="{from_x:.1f}" y1="{from_y:.1f}" x2="{to_x:.1f}" '
        f'y2="{to_y:.1f}" stroke-width="{width:.1f}" stroke-linecap="round"/>'
        + _text(x, y, _short(contact.name, NAME_LETTERS), size=12, anchor="middle")
        + _text(x, y + 15, f"{mark} {contact.points:+.2f}", size=12, anchor="middle", kind=kind)
    )


def effect(points: float) -> tuple[str, str]:
    """The word and the sign for what a contact does: gives, takes or none."""
    if abs(points) < 0.005:
        return "none", "＝"
    return ("gives", "▲") if points > 0 else ("takes", "▼")


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1] + "…"


def _text(
    x: float, y: float, text: str, *, size: int, anchor: str = "start", kind: str = ""
) -> str:
    css = f' class="{kind}"' if kind else ""
    return (
        f'<text{css} x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )
