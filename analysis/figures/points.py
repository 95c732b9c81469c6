"""Clouds of points with intervals, named directly where that fits and by a legend where it does not."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures import labels
from analysis.figures.series import Series
from analysis.figures.style import INK, look

MARKER = 14.0
NOTHING = np.empty((0, 4))


def draw(axes: Axes, series: Sequence[Series], faint: bool = False) -> None:
    """Draw medians over their intervals; faint when something else is to stand out."""
    for group in series:
        style = look(group.index)
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
    if not labels.named_directly(axes, series, taken):
        legend(axes, series)


def legend(axes: Axes, series: Sequence[Series], with_own: bool = False) -> None:
    """Name the series in a legend in the axes' lower part, where the low ratings would be."""
    handles = [_handle(group) for group in series]
    if with_own:
        you = {"marker": "o", "markersize": 6, "markerfacecolor": "white", "markeredgecolor": INK}
        handles.append(Line2D([], [], linestyle="none", markeredgewidth=1.4, label="You", **you))  # type: ignore[arg-type]
    axes.legend(
        handles=handles,
        loc="lower center",
        ncols=min(3, len(handles)),
        fontsize=6,
        handletextpad=0.1,
        columnspacing=0.8,
        borderaxespad=0.2,
        labelspacing=0.35,
        frameon=True,
        framealpha=0.85,
        edgecolor="none",
        facecolor="white",
    )


def _handle(group: Series) -> Line2D:
    edge = {"markersize": 4, "markeredgecolor": INK, "markeredgewidth": 0.35}
    return Line2D([], [], linestyle="none", label=group.title, **edge, **look(group.index))  # type: ignore[arg-type]
