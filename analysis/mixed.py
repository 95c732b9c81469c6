"""A cumulative-link mixed model of ratings: logit, crossed random intercepts of participants and originals.

P(y ≤ j) = F(θⱼ − xβ − σ₁v₁ − σ₂v₂) with F the logistic function and v standard normal. Laplace's approximation of the
marginal likelihood (R. H. B. Christensen, *ordinal*, R package; J. C. Pinheiro and D. M. Bates, *J. Comput. Graph.
Statist.* 4, 1995, 12–35), with its analytic gradient; standard errors from the gradient's central differences.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analysis.laplace import Floats, Ints, Laplace

SMALLEST, LARGEST = -5.0, 3.0
FAR, STEP, FLAT = 12.0, 1e-4, 1e-3


class NoFitError(Exception):
    """The model has no estimates for these ratings; says why, in words for the report."""


@dataclass(frozen=True)
class Fit:
    """Estimates of a model, on the logit scale.

    `thresholds` and `effects` are θ and β, `deviations` the standard deviations of the random intercepts (0 where the
    ratings show none), `covariance` that of θ and β together, in this order.
    """

    log_likelihood: float
    thresholds: Floats
    effects: Floats
    deviations: Floats
    covariance: Floats
    parameters: int

    @property
    def errors(self) -> Floats:
        """Standard errors of `effects`."""
        found: Floats = np.sqrt(np.diag(self.effects_covariance))
        return found

    @property
    def effects_covariance(self) -> Floats:
        """Covariance of `effects`, of shape (effects, effects)."""
        start = len(self.thresholds)
        return self.covariance[start:, start:]


def fit(
    ratings: npt.ArrayLike, design: npt.ArrayLike, groups: tuple[npt.ArrayLike, ...] = (), *, errors: bool = True
) -> Fit:
    """Fit the model by maximum (Laplace-approximated) likelihood.

    Parameters
    ----------
    ratings : array of int, shape (n,)
        Values of the scale; thresholds stand between the values that occur.
    design : array of shape (n, effects)
        Fixed effects, without an intercept: the thresholds are the intercepts.
    groups : up to two arrays of shape (n,)
        Labels of who rated and of what was rated; none gives the model without random effects.
    errors : bool
        Whether standard errors are wanted: without them `covariance` is NaN, and it takes half the time.

    Returns
    -------
    Fit

    Raises
    ------
    NoFitError
        When the estimates do not exist (one value only, one member of a group, separation) or were not reached.

    Examples
    --------
    >>> found = fit([1, 2, 2, 3, 1, 3, 2, 3], [[0], [0], [0], [0], [1], [1], [1], [1]])
    >>> round(float(found.effects[0]), 3)
    0.653
    """
    values, codes = np.unique(np.asarray(ratings), return_inverse=True)
    matrix = np.asarray(design, dtype=np.float64)
    members = tuple(np.unique(np.asarray(group), return_inverse=True)[1] for group in groups)
    _check(len(values), matrix, members)
    model = Laplace(codes, len(values), matrix, members)
    found = _maximise(model, _start(codes, len(values), matrix.shape[1], len(members)))
    return _finished(model, found, errors)


def _check(values: int, matrix: Floats, members: tuple[Ints, ...]) -> None:
    if values < 2:
        raise NoFitError("all ratings are equal, so there is nothing to explain")
    if any(group.max() == 0 for group in members):
        raise NoFitError("participants and originals each need at least two members for a mixed model")
    centred = matrix - matrix.mean(axis=0)
    if np.linalg.matrix_rank(centred) < matrix.shape[1]:
        raise NoFitError("the compared groups cannot be told apart in these ratings: some have none")


def _start(codes: Ints, values: int, effects: int, groups: int) -> Floats:
    """Thresholds from the observed shares, as the first and the logarithms of the steps; no effects."""
    share = np.bincount(codes, minlength=values).cumsum()[:-1] / len(codes)
    thresholds = np.log(share / (1 - share))
    return np.concatenate([thresholds[:1], np.log(np.diff(thresholds)), np.zeros(effects), np.full(groups, -0.5)])


def natural(free: Floats, steps: int) -> Floats:
    """Turn the first threshold and the logarithms of the `steps` between thresholds into thresholds."""
    thresholds = np.cumsum(np.concatenate([free[:1], np.exp(free[1 : 1 + steps])]))
    return np.concatenate([thresholds, free[1 + steps :]])


def _maximise(model: Laplace, start: Floats) -> Floats:
    steps = model.values - 2

    def objective(free: Floats) -> tuple[float, Floats]:
        value, slope = model.negative(natural(free, steps))
        rest = np.cumsum(slope[: steps + 1][::-1])[::-1]
        chained = np.concatenate([rest[:1], rest[1:] * np.exp(free[1 : 1 + steps]), slope[steps + 1 :]])
        return value, chained

    random = len(model.members)
    effects = [(-FAR - 1, FAR + 1)] * model.design.shape[1]
    bounds = [(-40.0, 40.0)] * (steps + 1) + effects + [(SMALLEST, LARGEST)] * random
    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-6, "maxcor": 30}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return natural(found.x, steps)


def _finished(model: Laplace, point: Floats, errors: bool) -> Fit:
    """Refuse estimates that run away or are no maximum; else add standard errors."""
    fixed = model.values - 1 + model.design.shape[1]
    if np.abs(point[model.values - 1 : fixed]).max(initial=0) > FAR:
        raise NoFitError(
            "ratings of some methods hardly overlap on the scale (a method stands always at one end), so that the "
            "difference has no upper limit"
        )
    inside = np.concatenate([np.ones(fixed, bool), point[fixed:] > SMALLEST + 0.1])
    value, slope = model.negative(point)
    if np.abs(slope[inside]).max() > FLAT * max(1.0, len(model.codes) / 1000):
        raise NoFitError("the estimation did not settle: there are too few ratings for so many effects")
    covariance = np.full((fixed, fixed), np.nan)
    if errors:
        covariance = _covariance(model, point, inside)[:fixed, :fixed]
    deviations = np.where(inside[fixed:], np.exp(point[fixed:]), 0.0)
    cut = model.values - 1
    return Fit(-value, point[:cut], point[cut:fixed], deviations, covariance, len(point))


def _covariance(model: Laplace, point: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Inverse of the negative log-likelihood's curvature; a deviation at zero is held there."""
    rows = []
    for place in np.flatnonzero(inside):
        move = np.zeros(len(point))
        move[place] = STEP
        rows.append((model.negative(point + move)[1] - model.negative(point - move)[1])[inside] / (2 * STEP))
    curvature = np.stack(rows)
    curvature = (curvature + curvature.T) / 2
    if np.linalg.eigvalsh(curvature).min() <= 0:
        raise NoFitError("the likelihood has no single summit: there are too few ratings for so many effects")
    inverse: Floats = np.linalg.inv(curvature).astype(np.float64)
    return inverse
