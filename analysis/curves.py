"""Operating points: what each point of a curve costs and how close people find it, and what chance did."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.display import is_undefined, undefined
from analysis.facts import Method
from analysis.ratings import NO_ANSWERS

Row = dict[str, Any]
PAIR = 2
DRAW = re.compile(r", draw \d+ of \d+$|-draw-\d+$")  # of a title, or of the slug that stands in for one
COSTS = ("mean_bytes", "median_bytes", "mean_brotli_bytes", "mean_bits_per_pixel")


def curves(methods: Sequence[Method], table1: Sequence[Row], rates: Sequence[Row]) -> list[Row]:
    """Gather the methods that are operating points of one: a row per curve, its points in order of bytes.

    Parameters
    ----------
    methods : sequence of Method
    table1 : sequence of dict
        Rows of `table1.table1`, one per method.
    rates : sequence of dict
        Rows of `rate.rates`, one per method.

    Returns
    -------
    list of dict
        Per curve its slug, family and points. A point's numbers are means over its draws of the methods' own;
        ``draw_sd`` is the standard deviation (k − 1) of the satisfaction between its k draws. Points of unknown size
        come last.
    """
    by_method = {a["method"]: a | b for a, b in zip(table1, rates, strict=True)}
    found: dict[str, list[Method]] = {}
    for method in methods:
        if method.curve:
            found.setdefault(method.curve, []).append(method)
    return [{"curve": name, "family": own[0].family, "points": _points(own, by_method)} for name, own in found.items()]


def _points(methods: list[Method], rows: dict[str, Row]) -> list[Row]:
    points = [_point(draws, [rows[draw.slug] for draw in draws]) for draws in _by_point(methods)]
    return sorted(points, key=lambda p: float("inf") if is_undefined(p["mean_bytes"]) else p["mean_bytes"])


def _by_point(methods: list[Method]) -> list[list[Method]]:
    """Put the draws of one point together; they follow each other in study order."""
    groups: list[list[Method]] = []
    for method in methods:
        before = groups[-1][-1] if groups else None
        if before and method.point == before.point and method.draw > before.draw:
            groups[-1].append(method)
        else:
            groups.append([method])
    return groups


def _point(draws: list[Method], rows: list[Row]) -> Row:
    satisfaction = [row["satisfaction"] for row in rows if not is_undefined(row["satisfaction"])]
    return {
        "title": DRAW.sub("", draws[0].title) if len(draws) > 1 else draws[0].title,
        "point": draws[0].point,
        "methods": [draw.slug for draw in draws],
        "draws": len(draws),
        **{name: _mean([row[name] for row in rows]) for name in COSTS},
        "satisfaction": float(np.mean(satisfaction)) if satisfaction else undefined(NO_ANSWERS),
        "interval": rows[0]["interval"] if len(rows) == 1 else undefined("of each draw: see Table 1"),
        "draw_sd": _spread(satisfaction, len(draws)),
        "stimuli": sum(row["stimuli"] for row in rows),
        "rated": sum(row["rated"] for row in rows),
    }


def _mean(values: list[Any]) -> Any:
    known = [value for value in values if not is_undefined(value)]
    return float(np.mean(known)) if known else values[0]


def _spread(satisfaction: list[float], draws: int) -> float | dict[str, str]:
    if draws < PAIR:
        return undefined("one draw")
    return float(np.std(satisfaction, ddof=1)) if len(satisfaction) >= PAIR else undefined(NO_ANSWERS)
