"""Per stimulus: how many ratings, their medians, mean, spread, and the exact interval of the median."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis import medians
from analysis.counts import Counts
from analysis.display import undefined

NO_ANSWERS = "no answers yet"
Row = dict[str, Any]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ratings:
    """A study's stimuli with what people said of them.

    Attributes
    ----------
    rows : list of dict
        One per stimulus, plain JSON: what it is, its size and its rating statistics; what is undefined says why.
    distributions : ndarray, shape (stimuli, half-grid points)
        Exact bootstrap distribution of each median; rows of zeros for stimuli without ratings.
    """

    rows: list[Row]
    distributions: Floats


def rate(stimuli: pa.Table, counts: Counts) -> Ratings:
    """Put the stimuli and their counts together; `counts.items` are the stimuli in their order."""
    distributions = np.zeros((len(counts.items), 2 * counts.table.shape[1] - 1))
    rated = counts.table.sum(axis=1) > 0
    if rated.any():
        distributions[rated] = medians.bootstrap(counts.table[rated])
    statistics = _statistics(counts, distributions)
    described = [_described(row) for row in stimuli.to_pylist()]
    return Ratings([a | b for a, b in zip(described, statistics, strict=True)], distributions)


def _described(row: Row) -> Row:
    kept = ("stimulus", "original", "category", "method", "family", "caption", "state", "reason")
    size, whole = row["size_bytes"], row["original_bytes"]
    smaller = undefined("unknown") if size is None or whole is None else 100 * (1 - size / whole)
    return {name: row[name] for name in kept} | {
        "size_bytes": _unknown_size(row) if size is None else size,
        "original_bytes": undefined("unknown") if whole is None else whole,
        "percent_smaller": smaller,
        "brotli_bytes": undefined("not said") if row["brotli_bytes"] is None else row["brotli_bytes"],
        "bits_per_pixel": _bits_per_pixel(row),
    }


def _bits_per_pixel(row: Row) -> float | dict[str, str]:
    """Take it as it is said, or from size and pixels in tables that do not say it."""
    size, pixels, said = row["size_bytes"], row["original_pixels"], row["bits_per_pixel"]
    if said is not None:
        return float(said)
    return 8 * float(size) / pixels if size and pixels else undefined("unknown")


def _unknown_size(row: Row) -> dict[str, str]:
    return undefined("unknown (no caption)" if row["family"] == "textual" else "unknown (no file)")


def _statistics(counts: Counts, distributions: Floats) -> list[Row]:
    middle, grouped = medians.midpoint(counts.table), medians.grouped(counts.table)
    low, high = medians.interval(distributions)
    mean, deviation = moments(counts)
    rows = []
    for i, values in enumerate(counts.table):
        n = int(values.sum())
        if not n:
            rows.append(_unrated(values))
            continue
        given = np.flatnonzero(values) + counts.low
        rows.append(
            {
                "n": n,
                "median": float(middle[i] + counts.low),
                "interval": {"low": float(low[i] / 2 + counts.low), "high": float(high[i] / 2 + counts.low)}
                if n > 1
                else undefined("one answer only"),
                "grouped_median": float(grouped[i] + counts.low),
                "mean": float(mean[i]),
                "sd": float(deviation[i]) if n > 1 else undefined("one answer only"),
                "min": int(given[0]),
                "max": int(given[-1]),
                "counts": values.tolist(),
            }
        )
    return rows


def _unrated(values: npt.NDArray[np.int64]) -> Row:
    statistics = ("median", "interval", "grouped_median", "mean", "sd", "min", "max")
    return {"n": 0} | {name: undefined(NO_ANSWERS) for name in statistics} | {"counts": values.tolist()}


def moments(counts: Counts) -> tuple[Floats, Floats]:
    """Mean and standard deviation (n − 1 in the denominator) of each item's ratings; NaN where undefined."""
    values = np.arange(counts.low, counts.high + 1)
    n = counts.table.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = counts.table @ values / n
        squares = (counts.table * (values - mean[:, None]) ** 2).sum(axis=1)
        return mean, np.sqrt(np.where(n > 1, squares / (n - 1), np.nan))
