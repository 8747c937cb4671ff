"""How a red packet's money is cut up: whole fen, every share at least one, the sum exact."""

from __future__ import annotations

from random import Random

MOST_SHARES = 100


def fixed_shares(*, each_fen: int, count: int) -> list[int]:
    """The same for everybody."""
    return [each_fen] * count


def lucky_shares(*, total_fen: int, count: int, draw: Random) -> list[int]:
    """Every way to cut the total into `count` shares is equally likely, so no place is better.

    ValueError when there is less than one fen a share.
    """
    if not 0 < count <= total_fen:
        raise ValueError(f"{total_fen} fen cannot be cut into {count} shares")
    cuts = sorted(draw.sample(range(1, total_fen), count - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total_fen], strict=True)]
