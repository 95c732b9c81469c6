"""Figures 3 and 5: bytes against satisfaction, one point per stimulus; Figure 3 joins the points of a curve."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from analysis.figures import axes as both
from analysis.figures import curves, points, series, style

Numbers = Mapping[str, Any]
Own = Sequence[Mapping[str, Any]]
HEIGHT_MM = 74.0


def by_method(numbers: Numbers, own: Own) -> Figure:
    """Draw Fig. 3: methods by colour and shape; operating points of one curve share a colour and are joined."""
    return _draw(numbers, own, "method", numbers["study"]["methods"])


def by_category(numbers: Numbers, own: Own) -> Figure:
    """Draw Fig. 5: the same points, categories by colour and shape."""
    return _draw(numbers, own, "category", numbers["study"]["categories"])


def _draw(numbers: Numbers, own: Own, key: str, groups: Sequence[Mapping[str, Any]]) -> Figure:
    rows = series.sized(numbers)
    clouds = series.grouped(rows, key, groups, lambda row: float(row["size_bytes"]))
    figure, axes = style.canvas(numbers, HEIGHT_MM, below_mm=points.room_mm(clouds))
    sizes = {row["stimulus"]: row["size_bytes"] for row in numbers["stimuli"] if isinstance(row["size_bytes"], int)}
    both.scale_axis(axes, numbers["scale"])
    style.heading(axes, both.scale_words(numbers["scale"]))
    dots = [(float(sizes[dot["stimulus"]]), float(dot["value"])) for dot in own if dot["stimulus"] in sizes]
    both.bytes_axis(axes, [row["size_bytes"] for row in rows] + [x for x, _ in dots] or list(sizes.values()))
    if clouds:
        points.draw(axes, clouds, faint=bool(dots))
        joined = curves.draw(axes, numbers) if key == "method" else points.NOTHING
        if dots or key == "category":
            points.legend(axes, clouds, with_own=bool(dots))
        else:
            points.name(axes, clouds, joined)
    else:
        style.empty(axes, "No answers yet" if not numbers["basis"]["rated"] else "No rated stimulus has a known size")
    points.own(axes, dots)
    return figure
