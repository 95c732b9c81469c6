"""Medians from counts, and the exact bootstrap distribution of a median, in closed form.

Everything here takes counts of shape (…, values): how often each value of the scale was given. Places on the scale
are indices from 0; medians are midpoint medians and lie on the half-grid 0, ½, 1, …
"""

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrc, gammaln

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[np.int64] | Floats
LEVEL = 0.95
TOLERANCE = 1e-12
DIRECT = 500


def midpoint(counts: Array) -> Floats:
    """Midpoint median (mean of the two middle ratings when n is even).

    Parameters
    ----------
    counts : array of shape (…, values)

    Returns
    -------
    array of shape (…)
        Index on the scale, from 0; NaN where there are no ratings.
    """
    running = counts.cumsum(axis=-1)
    n = running[..., -1]
    low = (running <= ((n - 1) // 2)[..., None]).sum(axis=-1)
    high = (running <= (n // 2)[..., None]).sum(axis=-1)
    return np.where(n > 0, (low + high) / 2, np.nan)


def grouped(counts: Array) -> Floats:
    """Grouped (interpolated) median: each rating stands for the unit interval around it; NaN without ratings.

    L + (n/2 − F) / f, with L the lower end of the upper middle rating's interval, F the ratings below it and f
    those in it (`statistics.median_grouped`).
    """
    running = counts.cumsum(axis=-1)
    n = running[..., -1]
    place = (running <= (n // 2)[..., None]).sum(axis=-1).clip(max=counts.shape[-1] - 1)[..., None]
    inside = np.take_along_axis(counts, place, axis=-1)[..., 0]
    below = np.take_along_axis(running, place, axis=-1)[..., 0] - inside
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, place[..., 0] - 0.5 + (n / 2 - below) / inside, np.nan)


def bootstrap(counts: Array) -> Floats:
    """Exact distribution of the midpoint median of n draws with replacement from the n ratings.

    Odd n = 2m + 1: the median is at most v when at least m + 1 draws are (a binomial tail). Even n = 2m: with a < b
    the two middle draws, P(a, b) = C(n, m) · (F(a)ᵐ − F(a−)ᵐ) · (S(b)ᵐ − S(b+)ᵐ), F and S being the shares of
    ratings at most and at least; what is left of P(m-th draw = a) is P(a, a). No random numbers; equal to the
    enumeration of all nⁿ resamples.

    Parameters
    ----------
    counts : array of shape (items, values), each row with at least one rating

    Returns
    -------
    array of shape (items, 2 · values − 1)
        Probabilities on the half-grid; rows sum to 1.
    """
    n = counts.sum(axis=1)
    share = counts.cumsum(axis=1) / n[:, None]
    values = counts.shape[1]
    result = np.zeros((counts.shape[0], 2 * values - 1))
    middle = _order_statistic(n, (n + 1) // 2, share)
    result[:, ::2] = middle
    even = n % 2 == 0
    if even.any():
        result[even] = _even(n[even] // 2, share[even], middle[even])
    return result


def _order_statistic(n: Array, rank: Array, share: Floats) -> Floats:
    """Distribution of the rank-th smallest of n draws, from the shares at most each value."""
    at_most = bdtrc(rank[:, None] - 1, n[:, None], share.clip(0, 1))
    steps: Floats = np.diff(at_most, axis=1, prepend=0.0).clip(min=0)
    return steps


def _even(m: Array, share: Floats, middle: Floats) -> Floats:
    """Distribution of the mean of the m-th and (m + 1)-th of 2m draws; `middle` is the m-th's own."""
    values = share.shape[1]
    below = np.hstack([np.zeros((len(m), 1)), share[:, :-1]])
    at_least = 1 - below
    above = 1 - share
    choose = gammaln(2 * m + 1) - 2 * gammaln(m + 1)
    logarithms = _log_gap(share, below, m)[:, :, None] + _log_gap(at_least, above, m)[:, None, :]
    ordered = np.triu(np.ones((values, values), bool), k=1)
    pairs = np.exp(np.where(ordered, choose[:, None, None] + logarithms, -np.inf))
    result = np.zeros((len(m), 2 * values - 1))
    for low in range(values):
        result[:, 2 * low] += (middle[:, low] - pairs[:, low].sum(axis=1)).clip(min=0)
        result[:, 2 * low + 1 : low + values] += pairs[:, low, low + 1 :]
    return result


def _log_gap(larger: Floats, smaller: Floats, m: Array) -> Floats:
    """log(largerᵐ − smallerᵐ), −inf where there is no gap; in logarithms, as C(n, m) overflows early."""
    power = m[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(larger > 0, smaller / larger, 1.0).clip(0, 1)
        return np.where(ratio < 1, power * np.log(larger) + np.log1p(-(ratio**power)), -np.inf)


def interval(distribution: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Central percentile interval of distributions on a grid: indices of its ends, each of shape (…)."""
    running = distribution.cumsum(axis=-1)
    tail = (1 - level) / 2
    low = (running < tail - TOLERANCE).sum(axis=-1)
    high = (running < 1 - tail - TOLERANCE).sum(axis=-1)
    return low, high


def convolve(distributions: Floats) -> Floats:
    """Distribution of the sum of independent variables on one grid, by pairwise convolution.

    Parameters
    ----------
    distributions : array of shape (items, points)

    Returns
    -------
    array of shape (items · (points − 1) + 1)
    """
    parts: list[Floats] = list(distributions)
    while len(parts) > 1:
        pairs = [_convolved(a, b) for a, b in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + parts[len(pairs) * 2 :]
    return parts[0]


def _convolved(a: Floats, b: Floats) -> Floats:
    if min(len(a), len(b)) < DIRECT:
        return np.convolve(a, b)
    points = len(a) + len(b) - 1
    product = np.fft.irfft(np.fft.rfft(a, points) * np.fft.rfft(b, points), points)
    positive: Floats = product.clip(min=0)
    return positive
