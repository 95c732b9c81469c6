"""What a cloud of points is made of, and how the study's stimuli become one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.display import is_undefined
from analysis.figures.style import looks

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """One stimulus in a figure; low and high are the ends of its interval."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """Points that share a colour and a shape (`look`, see `style.looks`)."""

    title: str
    look: Row
    points: Sequence[Point]

    @property
    def middle(self) -> float:
        """Where the cloud sits on a logarithmic axis: the geometric mean of its x."""
        return math.exp(sum(math.log(point.x) for point in self.points) / len(self.points))


def point(row: Row, x: float) -> Point:
    """Make the point of a rated stimulus; without an interval its ends are the median."""
    interval = row["interval"]
    if is_undefined(interval):
        interval = {"low": row["median"], "high": row["median"]}
    return Point(x, row["median"], interval["low"], interval["high"])


def sized(numbers: Row) -> list[Row]:
    """Stimuli that have a place among bytes and ratings."""
    return [row for row in numbers["stimuli"] if row["n"] and not is_undefined(row["size_bytes"])]


def grouped(rows: Sequence[Row], key: str, groups: Sequence[Row], x: Callable[[Row], float]) -> list[Series]:
    """Split stimuli by method or category, in study order; groups without a point are left out."""
    series = [
        Series(group["title"], look, [point(row, x(row)) for row in rows if row[key] == group["slug"]])
        for group, look in zip(groups, looks(groups), strict=True)
    ]
    return [one for one in series if one.points]
