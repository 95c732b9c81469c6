"""The lines of Figure 3 that join the operating points of one curve."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke

from analysis.display import is_undefined
from analysis.figures import labels, style

Numbers = Mapping[str, Any]
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (4, 1.2, 1, 1.2)), (0, (7, 2)))
MEAN_PT = 9.0


def draw(axes: Axes, numbers: Numbers) -> labels.Boxes:
    """Join each curve's points, at mean bytes and satisfaction, in order of bytes; returns the pixels they take.

    A curve has its methods' colour, and dashes of its own, so that curves can be told apart in grey.
    """
    methods = numbers["study"]["methods"]
    by_method = {method["slug"]: look for method, look in zip(methods, style.looks(methods), strict=True)}
    taken = [np.empty((0, 4))]
    for i, curve in enumerate(numbers["curves"]):
        points = [(p["mean_bytes"], p["satisfaction"]) for p in curve["points"] if _has_place(p)]
        if len(points) > 1:
            colour = by_method[curve["points"][0]["methods"][0]]["color"]
            taken.append(_join(axes, points, colour, DASHES[i % len(DASHES)]))
    return np.concatenate(taken)


def _has_place(point: Mapping[str, Any]) -> bool:
    return not is_undefined(point["mean_bytes"]) and not is_undefined(point["satisfaction"])


def _join(axes: Axes, points: list[tuple[float, float]], colour: str, dashes: Any) -> labels.Boxes:
    x, y = zip(*points, strict=True)
    halo = [Stroke(linewidth=2.6, foreground="white"), Normal()]
    axes.plot(x, y, color=colour, linewidth=1.1, linestyle=dashes, zorder=4, path_effects=halo)
    axes.scatter(x, y, s=MEAN_PT, marker="o", c="white", edgecolors=colour, linewidths=0.8, zorder=4.5)
    pixels = axes.transData.transform(np.column_stack([x, y]))
    return np.concatenate([_boxes(start, end) for start, end in pairwise(pixels)])


def _boxes(start: Any, end: Any, steps: int = 8) -> labels.Boxes:
    """Cover a slanting line with small boxes, since one box around it would take half the axes."""
    along = start + (end - start) * np.linspace(0, 1, steps + 1)[:, None]
    return np.hstack([np.minimum(along[:-1], along[1:]), np.maximum(along[:-1], along[1:])])
