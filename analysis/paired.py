"""Tests on the medians of the same originals under several methods: rank tests, and equivalence within a margin."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.display import undefined

Floats = npt.NDArray[np.float64]
Row = dict[str, Any]
EQUIVALENCE_LEVEL = 0.05


def holm(values: list[Any]) -> list[Any]:
    """Adjust p values for their number by Holm's method; what is no number stays as it is, and does not count.

    S. Holm, *Scand. J. Statist.* 6, 1979, 65–70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    places = sorted((i for i, p in enumerate(values) if isinstance(p, float)), key=lambda i: values[i])
    adjusted, highest = list(values), 0.0
    for rank, place in enumerate(places):
        highest = min(1.0, max(highest, values[place] * (len(places) - rank)))
        adjusted[place] = highest
    return adjusted


def friedman(table: Floats) -> Row:
    """Test whether some method's medians differ, ranking the methods within each original.

    Parameters
    ----------
    table : array of shape (originals, methods)
        Medians; originals with a NaN are left out.

    Returns
    -------
    dict
        `originals`, `statistic`, `df`, `p` (M. Friedman, *J. Amer. Statist. Assoc.* 32, 1937, 675–701), or undefined.
    """
    whole = table[~np.isnan(table).any(axis=1)]
    if table.shape[1] < 3:
        return undefined("it takes three methods or more")
    if len(whole) < 2:
        return undefined("fewer than two originals have ratings with every method")
    if (whole == whole[:, :1]).all():
        return undefined("the medians of each original are all equal")
    found = stats.friedmanchisquare(*whole.T)
    return {
        "originals": len(whole),
        "statistic": float(found.statistic),
        "df": table.shape[1] - 1,
        "p": float(found.pvalue),
    }


def wilcoxon(differences: Floats) -> float | dict[str, str]:
    """Two-sided p of Wilcoxon's signed-rank test; zeros are ranked and then dropped.

    J. W. Pratt, *J. Amer. Statist. Assoc.* 54, 1959, 655–667.
    """
    if len(differences) < 2:
        return undefined("fewer than two originals have both")
    if not differences.any():
        return undefined("all medians are equal")
    return float(stats.wilcoxon(differences, zero_method="pratt", method="asymptotic").pvalue)


def equivalence(differences: Floats, margin: float | None) -> Row:
    """Test twice one-sidedly whether the mean difference of medians lies within ± `margin` (TOST).

    Parameters
    ----------
    differences : array of shape (originals,)
        First method's median less the second's, in points of the scale.
    margin : float or None
        The margin fixed beforehand, in the same points; None when there is none.

    Returns
    -------
    dict
        `difference` (the mean), `interval` (90 %, Student's t over the originals), `equivalence_p` (the greater of
        the two) and `equivalent`. D. J. Schuirmann, *J. Pharmacokinet. Biopharm.* 15, 1987, 657–680.
    """
    few = undefined("fewer than two originals have both")
    if len(differences) < 2:
        mean = float(differences[0]) if len(differences) else few
        return {"difference": mean, "interval": few, "equivalence_p": few, "equivalent": few}
    mean, freedom = float(differences.mean()), len(differences) - 1
    error = float(differences.std(ddof=1) / np.sqrt(len(differences)))
    if error == 0:
        same = undefined("the difference is the same for every original")
        return {"difference": mean, "interval": same, "equivalence_p": same, "equivalent": same}
    half = float(stats.t.ppf(1 - EQUIVALENCE_LEVEL, freedom)) * error
    found: Row = {"difference": mean, "interval": {"low": mean - half, "high": mean + half}}
    if margin is None:
        none = undefined("no margin was fixed beforehand")
        return found | {"equivalence_p": none, "equivalent": none}
    p = float(stats.t.sf((margin - abs(mean)) / error, freedom))
    return found | {"equivalence_p": p, "equivalent": p < EQUIVALENCE_LEVEL}
