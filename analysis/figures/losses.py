"""Drawn worlds only: what was truly lost, against what people said."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.display import rounded
from analysis.figures import axes as both
from analysis.figures import points, series, style

Numbers = Mapping[str, Any]
HEIGHT_MM = 70.0


def draw(numbers: Numbers, own: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the true loss of each stimulus against its median rating."""
    losses = {row["stimulus"]: row["true_loss"] for row in numbers["truth"]["points"]}
    rated = [row for row in numbers["stimuli"] if row["n"] and row["stimulus"] in losses]
    clouds = series.grouped(rated, "method", numbers["study"]["methods"], lambda row: float(losses[row["stimulus"]]))
    figure, axes = style.canvas(numbers, HEIGHT_MM, below_mm=points.room_mm(clouds))
    both.scale_axis(axes, numbers["scale"])
    axes.set_xlim(-0.03, max([0.5, *losses.values()]) + 0.04)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{rounded(100 * value, 0)} %"))
    axes.set_xlabel("True loss (share of the scene that is gone)", labelpad=2)
    style.heading(axes, both.scale_words(numbers["scale"]))
    dots = [(float(losses[dot["stimulus"]]), float(dot["value"])) for dot in own if dot["stimulus"] in losses]
    if clouds:
        points.draw(axes, clouds, faint=bool(dots))
        points.legend(axes, clouds, with_own=bool(dots))
    else:
        style.empty(axes, "No answers yet")
    points.own(axes, dots)
    return figure
