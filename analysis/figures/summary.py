"""Table 1 as dots: a method's satisfaction with its intervals, beside what it costs."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.display import is_undefined, rounded, size
from analysis.figures import style

Numbers = Mapping[str, Any]
ROW_MM = 7.5
NAMES_MM, LONG_NAMES_MM, COLUMNS_MM = 22.0, 32.0, 23.0
SHORT, LONG = 18, 24  # letters of a title that fit into the narrow and into the wide column
SIZE_PT, MEAN_PT = 36, 58
BARS = {"interval_independent": (3.6, 0.35), "interval": (1.1, 1.0)}


def draw(numbers: Numbers, own: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw a row per method: the dot is Table 1's satisfaction, the thin bar the headline interval."""
    rows = numbers["table1"]
    names_mm = LONG_NAMES_MM if any(len(row["title"]) > SHORT for row in rows) else NAMES_MM
    figure, axes = style.canvas(numbers, 19 + ROW_MM * len(rows), names_mm, COLUMNS_MM, top_mm=10.0)
    low, high = _range(rows, numbers["scale"])
    axes.set_xlim(low, high)
    axes.set_xticks(range(math.ceil(low), math.floor(high) + 1, max(1, math.floor(high - low) // 9)))
    axes.set_xlabel("Mean of the medians, with 95 % intervals", labelpad=2)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x", color=style.FAINT, linewidth=0.4)
    style.heading(axes, "Satisfaction per method")
    for i, (row, look) in enumerate(zip(rows, style.looks(numbers["study"]["methods"]), strict=True)):
        _row(axes, i, row, look)
    _columns(axes)
    return figure


def _range(rows: Sequence[Mapping[str, Any]], scale: Mapping[str, Any]) -> tuple[float, float]:
    """Reach from the lowest interval to the upper end of the scale; the whole scale before the first answer."""
    lows = [row[name]["low"] for row in rows for name in BARS if not is_undefined(row[name])]
    lows += [row["satisfaction"] for row in rows if not is_undefined(row["satisfaction"])]
    return max(scale["min"], math.floor(min(lows, default=scale["min"]))) - 0.2, scale["max"] + 0.2


def _row(axes: Axes, i: int, row: Mapping[str, Any], look: Mapping[str, Any]) -> None:
    style.note(axes, _lines(row["title"]), (0, i), (-4, 0), ha="right", linespacing=1.0)
    known = not is_undefined(row["mean_bytes"])
    style.note(axes, size(row["mean_bytes"]) if known else "unknown", (1, i), (SIZE_PT, 0), ha="right")
    if is_undefined(row["satisfaction"]):
        style.note(axes, "no answers yet", (0.5, i), ha="center", color=style.SOFT)
        return
    style.note(axes, rounded(row["satisfaction"]), (1, i), (MEAN_PT, 0), ha="right", fontweight="bold")
    for name, (width, alpha) in BARS.items():
        if not is_undefined(row[name]):
            ends = row[name]
            axes.hlines(i, ends["low"], ends["high"], color=look["color"], linewidth=width, alpha=alpha)
    dot: dict[str, Any] = {"s": 20, "linewidths": 0.4, "edgecolors": style.INK, "zorder": 3}
    axes.scatter(row["satisfaction"], i, c=look["color"], marker=look["marker"], **dot)


def _lines(title: str) -> str:
    """Break a long title where its column ends; only the fourth line is left out."""
    if len(title) <= SHORT:
        return title
    return "\n".join(textwrap.wrap(title, LONG, max_lines=3, placeholder=" …"))


def _columns(axes: Axes) -> None:
    for words, x in (("Size", SIZE_PT), ("Mean", MEAN_PT)):
        style.note(axes, words, (1, axes.get_ylim()[1]), (x, 2), va="bottom", ha="right", color=style.SOFT, fontsize=6)
