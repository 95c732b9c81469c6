"""Clouds of points with intervals, named directly where that fits and by a legend where it does not."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures import labels
from analysis.figures.series import Series
from analysis.figures.style import INK, WIDTH_MM

MARKER = 14.0
FEW = 8  # series that a legend inside the axes, or titles beside the clouds, can name
LINE_MM, LETTER_MM, MARK_MM = 2.9, 1.09, 5.0
NOTHING = np.empty((0, 4))


def draw(axes: Axes, series: Sequence[Series], faint: bool = False) -> None:
    """Draw medians over their intervals; faint when something else is to stand out."""
    for group in series:
        style = group.look
        x = [point.x for point in group.points]
        bars = [(point.low, point.high) for point in group.points]
        axes.vlines(x, *zip(*bars, strict=True), color=style["color"], linewidth=0.6, alpha=0.15 if faint else 0.4)
        axes.scatter(
            x,
            [point.y for point in group.points],
            s=MARKER,
            c=style["color"],
            marker=style["marker"],
            linewidths=0.35,
            edgecolors=INK,
            alpha=0.35 if faint else 1,
            zorder=3,
        )


def own(axes: Axes, dots: Sequence[tuple[float, float]]) -> None:
    """Draw a visitor's own ratings over everything else."""
    if dots:
        x, y = zip(*dots, strict=True)
        axes.scatter(x, y, s=52, c="white", edgecolors=INK, linewidths=1.4, zorder=5)
        axes.scatter(x, y, s=12, c=INK, linewidths=0, zorder=6)


def name(axes: Axes, series: Sequence[Series], taken: labels.Boxes = NOTHING) -> None:
    """Write each series' title beside its cloud, clear of what is `taken`; use a legend when one finds no room."""
    if len(series) > FEW or not labels.named_directly(axes, series, taken):
        legend(axes, series)


def room_mm(series: Sequence[Series]) -> float:
    """Height that a legend below the axes needs; none for a few series, which are named inside."""
    return 1.5 + LINE_MM * math.ceil((len(series) + 1) / _columns(series)) if len(series) > FEW else 0.0


def _columns(series: Sequence[Series]) -> int:
    widest = max(MARK_MM + LETTER_MM * len(group.title) for group in series)
    return max(1, min(3, int((WIDTH_MM - 4) / widest)))


def legend(axes: Axes, series: Sequence[Series], with_own: bool = False) -> None:
    """Name the series in the axes' lower part, where the low ratings would be; many of them below the axes."""
    handles = [_handle(group) for group in series]
    if with_own:
        you = {"marker": "o", "markersize": 6, "markerfacecolor": "white", "markeredgecolor": INK}
        handles.append(Line2D([], [], linestyle="none", markeredgewidth=1.4, label="You", **you))  # type: ignore[arg-type]
    look: dict[str, Any] = {"handles": handles, "loc": "lower center", "fontsize": 6, "handletextpad": 0.1}
    if len(series) > FEW:
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.legend(**look, ncols=_columns(series), columnspacing=1.0, borderaxespad=0.3, labelspacing=0.35)
        return
    frame: dict[str, Any] = {"frameon": True, "framealpha": 0.85, "edgecolor": "none", "facecolor": "white"}
    axes.legend(**look, **frame, ncols=_columns(series), columnspacing=0.8, borderaxespad=0.2, labelspacing=0.35)


def _handle(group: Series) -> Line2D:
    edge = {"markersize": 4, "markeredgecolor": INK, "markeredgewidth": 0.35}
    return Line2D([], [], linestyle="none", label=group.title, **edge, **group.look)  # type: ignore[arg-type]
