"""Table 1: what each method costs in bytes, and how satisfied people are with it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis import clustered, medians
from analysis.display import is_undefined, undefined
from analysis.facts import Method
from analysis.ratings import NO_ANSWERS, Ratings

Row = dict[str, Any]
PAIR = 2


@dataclass(frozen=True)
class Answered:
    """Who answered, for the clustered interval: participants × (item, value), or None when nobody is known."""

    people: sparse.csr_array
    seed: int


def table1(ratings: Ratings, methods: tuple[Method, ...], low: int, answered: Answered) -> list[Row]:
    """Make Table 1, a row per method in study order.

    Sizes are means over all stimuli of known size, whether or not they were rated. Satisfaction is the mean over
    the rated stimuli of their midpoint medians. Two intervals (95 %): clustered by participant (the headline; a
    seeded bootstrap that draws participants), and with raters taken as independent (exact, by convolution).
    """
    means = _replicates(ratings, methods, answered)
    rows = []
    for i, method in enumerate(methods):
        own = [k for k, row in enumerate(ratings.rows) if row["method"] == method.slug]
        stimuli = [ratings.rows[k] for k in own]
        rows.append(
            {"method": method.slug, "title": method.title, "family": method.family}
            | _sizes(stimuli, method)
            | _satisfaction(stimuli)
            | {
                "interval": _clustered(means, i, low, stimuli),
                "interval_independent": _independent(ratings.distributions[own], low, stimuli),
            }
        )
    return rows


def _sizes(stimuli: list[Row], method: Method) -> Row:
    known = [row["size_bytes"] for row in stimuli if not is_undefined(row["size_bytes"])]
    smaller = [row["percent_smaller"] for row in stimuli if not is_undefined(row["percent_smaller"])]
    unknown = undefined("unknown (no captions)" if method.family == "textual" else "unknown (no files)")
    return {
        "stimuli": len(stimuli),
        "sized": len(known),
        "mean_bytes": float(np.mean(known)) if known else unknown,
        "median_bytes": float(np.median(known)) if known else unknown,
        "percent_smaller": float(np.mean(smaller)) if smaller else undefined("unknown"),
    }


def _satisfaction(stimuli: list[Row]) -> Row:
    rated = [row["median"] for row in stimuli if row["n"]]
    return {
        "rated": len(rated),
        "ratings": sum(row["n"] for row in stimuli),
        "satisfaction": float(np.mean(rated)) if rated else undefined(NO_ANSWERS),
    }


def _replicates(
    ratings: Ratings, methods: tuple[Method, ...], answered: Answered
) -> npt.NDArray[np.float64] | dict[str, str]:
    if not any(row["n"] for row in ratings.rows):
        return undefined(NO_ANSWERS)
    if answered.people.shape[0] < PAIR or answered.people.sum() < sum(row["n"] for row in ratings.rows):
        return undefined("unknown: it needs two or more participants, named in every answer")
    places = {method.slug: i for i, method in enumerate(methods)}
    of = np.array([places[row["method"]] for row in ratings.rows])
    return clustered.method_means(answered.people, len(of), of, answered.seed)


def _clustered(means: npt.NDArray[np.float64] | dict[str, str], i: int, low: int, stimuli: list[Row]) -> Row:
    if not any(row["n"] for row in stimuli):
        return undefined(NO_ANSWERS)
    if isinstance(means, dict):
        return means
    drawn = means[:, i][~np.isnan(means[:, i])]
    tail = 100 * (1 - medians.LEVEL) / 2
    ends = np.percentile(drawn, [tail, 100 - tail]) + low
    return {"low": float(ends[0]), "high": float(ends[1])}


def _independent(distributions: npt.NDArray[np.float64], low: int, stimuli: list[Row]) -> Row:
    rated = [k for k, row in enumerate(stimuli) if row["n"]]
    if not rated:
        return undefined(NO_ANSWERS)
    if all(stimuli[k]["n"] < PAIR for k in rated):
        return undefined("one answer only per stimulus")
    ends = medians.interval(medians.convolve(distributions[rated]))
    first, last = (float(end / 2 / len(rated) + low) for end in ends)
    return {"low": first, "high": last}
