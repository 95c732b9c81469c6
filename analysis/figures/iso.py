"""The iso-satisfaction curve: the fewest bytes with which a method reaches each level of satisfaction."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.display import is_undefined, rounded
from analysis.figures import axes as both
from analysis.figures import labels, points, style
from analysis.figures.series import Point, Series

Numbers = Mapping[str, Any]
HEIGHT_MM = 66.0


def draw(numbers: Numbers, own: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw a step per method through its operating points, and the level the words reach at most."""
    curves = _curves(numbers)
    figure, axes = style.canvas(numbers, HEIGHT_MM, below_mm=points.room_mm(curves))
    both.scale_axis(axes, numbers["scale"])
    both.bytes_axis(axes, [point.x for curve in curves for point in curve.points])
    style.heading(axes, "Satisfaction reached (median at least)")
    if not curves:
        style.empty(axes, "No answers yet" if not numbers["basis"]["rated"] else "No rated stimulus has a known size")
        return figure
    lowest = min(point.y for curve in curves for point in curve.points)
    axes.set_ylim(bottom=max(numbers["scale"]["min"], math.floor(lowest) - 1) - 0.4)
    drawn = [_step(axes, curve) for curve in curves]
    level = _level(axes, numbers["headlines"]["max_textual"])
    points.name(axes, curves, np.concatenate([level, *drawn]))
    return figure


def _curves(numbers: Numbers) -> list[Series]:
    curves = []
    methods = numbers["study"]["methods"]
    for method, look in zip(methods, style.looks(methods), strict=True):
        reached = numbers["iso"]["methods"][method["slug"]]["at_least"]
        best: dict[int, float] = {}
        for level, fewest in zip(numbers["iso"]["levels"], reached, strict=True):
            if not is_undefined(fewest):
                best[fewest["bytes"]] = level
        if best:
            curves.append(Series(method["title"], look, [Point(x, y, y, y) for x, y in best.items()]))
    return curves


def _step(axes: Axes, curve: Series) -> labels.Boxes:
    """Draw a curve; returns the pixels it takes."""
    look = curve.look
    x, y = [point.x for point in curve.points], [point.y for point in curve.points]
    axes.step(x, y, where="post", color=look["color"], linewidth=1.1, zorder=2)
    mark: dict[str, Any] = {"s": points.MARKER, "linewidths": 0.35, "edgecolors": style.INK, "zorder": 3}
    axes.scatter(x, y, c=look["color"], marker=look["marker"], **mark)
    pixels = axes.transData.transform(np.column_stack([x, y]))
    treads = [(start[0], start[1], end[0], start[1]) for start, end in pairwise(pixels)]
    risers = [(end[0], start[1], end[0], end[1]) for start, end in pairwise(pixels)]
    return np.array(treads + risers).reshape(-1, 4)


def _level(axes: Axes, best: Mapping[str, Any]) -> labels.Boxes:
    """Draw the level that words reach; returns the pixels it takes."""
    if is_undefined(best):
        return points.NOTHING
    axes.axhline(best["median"], color=style.INK, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
    look = {"ha": "center", "va": "bottom", "fontsize": 6, "color": style.SOFT}
    words = style.note(axes, f"words reach {rounded(best['median'])} at most", (0.5, best["median"]), (0, 1.5), **look)
    line = axes.transData.transform((1, best["median"]))[1]
    box = words.get_window_extent()
    return np.array([(axes.bbox.x0, line, axes.bbox.x1, line), (box.x0, box.y0, box.x1, box.y1)])
