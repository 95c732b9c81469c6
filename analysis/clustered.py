"""Intervals that respect who answered: participants are resampled whole, with all their ratings."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis import medians

REPLICATES = 2000
CELLS = 4_000_000


def method_means(
    people: sparse.csr_array, items: int, methods: npt.NDArray[np.int64], seed: int, replicates: int = REPLICATES
) -> npt.NDArray[np.float64]:
    """Bootstrap Table 1's mean of medians by drawing participants with replacement.

    Parameters
    ----------
    people : sparse array of shape (participants, items · values)
        Who gave what (`counts.by_participant`).
    items : int
        Number of items.
    methods : array of int, shape (items,)
        Each item's method, from 0.
    seed : int
        Same seed, same result.
    replicates : int
        How many times all participants are drawn.

    Returns
    -------
    array of shape (replicates, methods)
        Means of the items' medians, as indices on the scale; an item nobody of the drawn rated is left out of its
        mean, and a method without any is NaN.
    """
    random = np.random.default_rng([seed, 0x7461626C])
    persons = people.shape[0]
    step = max(1, CELLS // people.shape[1])
    parts = []
    for start in range(0, replicates, step):
        times = min(step, replicates - start)
        weights = random.multinomial(persons, np.full(persons, 1 / persons), size=times)
        counts = (people.T @ weights.T.astype(np.float64)).T.reshape(times, items, -1)
        parts.append(_means(medians.midpoint(counts), methods))
    return np.concatenate(parts)


def _means(values: npt.NDArray[np.float64], methods: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Mean over the items of each method, leaving NaN out."""
    columns = []
    for method in range(int(methods.max()) + 1):
        own = values[:, methods == method]
        rated = ~np.isnan(own)
        total, number = np.where(rated, own, 0).sum(axis=1), rated.sum(axis=1)
        columns.append(np.where(number > 0, total / np.maximum(number, 1), np.nan))
    return np.stack(columns, axis=1)
