"""Two histograms over each other as bars of a drawing 312 wide and 104 high."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

BASE, BIN_WIDTH, BAR_WIDTH = 104, 24, 10
LABEL_EVERY = 3


def bars_of(histogram: Sequence[Sequence[int]]) -> Iterator[dict[str, object]]:
    """Two bars for each (start of a bin, people before, people after)."""
    tallest = max(1, *(count for row in histogram for count in row[1:]))
    for number, (start, first, second) in enumerate(histogram):
        x = number * BIN_WIDTH
        heights = [round(count / tallest * BASE) for count in (first, second)]
        yield {
            "x": x,
            "x2": x + BAR_WIDTH,
            "first": heights[0],
            "first_y": BASE - heights[0],
            "second": heights[1],
            "second_y": BASE - heights[1],
            "label": start if number % LABEL_EVERY == 0 else "",
        }
