"""Friends: own points and mutual ties give everybody's points, contact by contact.

Names are loaded on first use, so that importing this room costs nothing and compiles nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhima.engine.network.attribution import Attribution as Attribution
    from zhima.engine.network.attribution import attribute as attribute
    from zhima.engine.network.explanation import Explanation as Explanation
    from zhima.engine.network.fixpoint import solve as solve
    from zhima.engine.network.held import solve_held as solve_held
    from zhima.engine.network.live import Changed as Changed
    from zhima.engine.network.live import LiveNetwork as LiveNetwork
    from zhima.engine.network.numbered import read_edges as read_edges
    from zhima.engine.network.refusals import NetworkError as NetworkError
    from zhima.engine.network.suspicion import Region as Region
    from zhima.engine.network.suspicion import audit as audit
    from zhima.engine.network.ties import Ties as Ties
    from zhima.engine.network.ties import levels_in as levels_in
    from zhima.engine.network.ties import read_ties as read_ties

_ROOM_OF = {
    "Attribution": "attribution",
    "attribute": "attribution",
    "Changed": "live",
    "Explanation": "explanation",
    "LiveNetwork": "live",
    "NetworkError": "refusals",
    "Region": "suspicion",
    "audit": "suspicion",
    "levels_in": "ties",
    "read_edges": "numbered",
    "solve": "fixpoint",
    "solve_held": "held",
    "Ties": "ties",
    "read_ties": "ties",
}

__all__ = [
    "Attribution",
    "Changed",
    "Explanation",
    "LiveNetwork",
    "NetworkError",
    "Region",
    "Ties",
    "attribute",
    "audit",
    "levels_in",
    "read_edges",
    "read_ties",
    "solve",
    "solve_held",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
