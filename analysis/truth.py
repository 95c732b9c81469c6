"""What no real study can show: in a drawn world, true losses against what people said."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.display import undefined
from analysis.facts import Method

Row = dict[str, Any]
FEWEST = 3


def compare(truth: pa.Table | None, rows: list[Row], methods: tuple[Method, ...]) -> Row | None:
    """Set true losses beside medians; None when no truth is known.

    Returns
    -------
    dict or None
        `points`: stimulus and true loss (0 to 1) of each stimulus whose loss is known; `rank_correlation`:
        Spearman's, over all rated ones and per method, negative when people see the losses.
    """
    if truth is None:
        return None
    losses = dict(zip(truth["stimulus"].to_pylist(), truth["true_loss"].to_pylist(), strict=True))
    known = [row for row in rows if row["stimulus"] in losses]
    own = {m.slug: [row for row in known if row["method"] == m.slug] for m in methods}
    return {
        "points": [{"stimulus": row["stimulus"], "true_loss": losses[row["stimulus"]]} for row in known],
        "rank_correlation": _correlation(known, losses),
        "methods": [
            {
                "method": m.slug,
                "title": m.title,
                "mean_true_loss": float(np.mean([losses[r["stimulus"]] for r in own[m.slug]]))
                if own[m.slug]
                else undefined("unknown"),
                "rank_correlation": _correlation(own[m.slug], losses),
            }
            for m in methods
        ],
    }


def _correlation(rows: list[Row], losses: dict[str, float]) -> float | dict[str, str]:
    rated = [row for row in rows if row["n"]]
    x = np.array([losses[row["stimulus"]] for row in rated])
    y = np.array([row["median"] for row in rated])
    if len(rated) < FEWEST:
        return undefined("too few stimuli with answers")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return undefined("all losses or all medians are equal")
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rank from 1; ties share the mean of their ranks."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    ranks: npt.NDArray[np.float64] = (times.cumsum() - (times - 1) / 2)[place]
    return ranks
