"""The two axes every rate–satisfaction figure shares: bytes with plain labels, and the rating scale."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from analysis.display import plain_size
from analysis.figures.style import FAINT

FEW = 3
MARGIN = 1.8


def bytes_axis(axes: Axes, sizes: Iterable[float]) -> None:
    """Make x logarithmic bytes, labelled 50 B, 1 kB, 100 kB, wide enough for the sizes."""
    known = list(sizes) or [50, 100_000]
    low, high = min(known) / MARGIN, max(known) * MARGIN
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator(_ticks(low, high)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_size(round(value))))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("Compressed size (bytes that count, logarithmic)", labelpad=2)


def _ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 3), (1, 2, 5)):
        ticks = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
        if len(ticks) >= FEW:
            break
    return ticks


def scale_axis(axes: Axes, scale: Mapping[str, Any]) -> None:
    """Make y the whole rating scale, with a hairline per point."""
    low, high = scale["min"], scale["max"]
    step = max(1, (high - low + 1) // 10)
    axes.set_ylim(low - 0.4, high + 0.4)
    axes.set_yticks(range(low, high + 1, step))
    axes.grid(axis="y", color=FAINT, linewidth=0.4)


def scale_words(scale: Mapping[str, Any]) -> str:
    """Say what y shows."""
    return f"Satisfaction (median rating, {scale['min']} to {scale['max']})"
