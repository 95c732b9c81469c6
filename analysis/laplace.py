"""Laplace's approximation of a cumulative logit model's likelihood with crossed random intercepts, and its gradient."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEWTON = 100
SETTLED = 1e-10


@dataclass
class _Curvature:
    """H = [[D, B], [B′, C]]: D is diagonal, as a rating has one participant; S = C − B′D⁻¹B is small."""

    diagonal: Floats
    scaled: Floats  # D⁻¹B
    schur_inverse: Floats
    log_determinant: float

    def solve(self, right: Floats) -> Floats:
        """H⁻¹ times a vector."""
        first, second = np.split(right, [len(self.diagonal)])
        low = self.schur_inverse @ (second - self.scaled.T @ first)
        return np.concatenate([first / self.diagonal - self.scaled @ low, low])


@dataclass
class Laplace:
    """A model: `codes` from 0 below `values`, `design` (n, effects), `members` of at most two groups, from 0.

    Parameters are the thresholds, the effects and the logarithms of the random intercepts' standard deviations.
    """

    codes: Ints
    values: int
    design: Floats
    members: tuple[Ints, ...]
    mode: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = [int(group.max()) + 1 for group in self.members] + [0] * (2 - len(self.members))
        none = np.zeros(len(self.codes), np.int64)
        self.first, self.second = (*self.members, none, none)[:2]
        self.mode = np.zeros(sum(self.sizes))

    def negative(self, point: Floats) -> tuple[float, Floats]:
        """Negative approximated log-likelihood −log L = h(v̂) + ½ log det H, and its gradient at `point`.

        h is the negative joint log-density of ratings and v, v̂ its minimum, H its second derivative in v there. The
        gradient has three parts: of h, of log det H, and of log det H through v̂.
        """
        cut, random = self.values - 1, len(self.members)
        thresholds, effects = point[:cut], point[cut : len(point) - random]
        spread = np.concatenate([np.exp(point[len(point) - random :]), np.zeros(2 - random)])
        if (np.diff(thresholds) <= 0).any():
            return np.inf, np.zeros(len(point))
        fixed = self.design @ effects
        curvature = self._settle(thresholds, fixed, spread)
        ends = self._ends(thresholds, fixed + self._shift(self.mode, spread))
        value = float(ends.loss.sum() + self.mode @ self.mode / 2 + curvature.log_determinant / 2)
        return value, self._gradient(ends, curvature, spread)

    def _shift(self, vector: Floats, spread: Floats) -> Floats:
        first, second = np.split(vector, [self.sizes[0]])
        return sum(
            (s * part[group] for s, part, group in zip(spread, (first, second), self.members, strict=False)),
            np.zeros(len(self.codes)),
        )

    def _collect(self, weights: Floats, spread: Floats) -> Floats:
        """Λ Z′ weights: sums over each member's ratings."""
        parts = [
            s * np.bincount(group, weights, minlength=size)
            for s, group, size in zip(spread, self.members, self.sizes, strict=False)
        ]
        return np.concatenate([np.zeros(0), *parts])

    def _ends(self, thresholds: Floats, predictor: Floats) -> "_Ends":
        padded = np.concatenate([[-np.inf], thresholds, [np.inf]])
        return _Ends(padded[self.codes + 1] - predictor, padded[self.codes] - predictor)

    def _settle(self, thresholds: Floats, fixed: Floats, spread: Floats) -> _Curvature:
        """Find v̂ by Newton's method with halved steps; h is convex, so there is one minimum."""
        for _ in range(NEWTON):
            ends = self._ends(thresholds, fixed + self._shift(self.mode, spread))
            curvature = self._curvature(ends.weight, spread)
            slope = self._collect(ends.slope, spread) + self.mode
            if np.abs(slope).max(initial=0) < SETTLED:
                return curvature
            now = ends.loss.sum() + self.mode @ self.mode / 2
            step, length = curvature.solve(slope), 1.0
            while length > SETTLED:
                trial = self.mode - length * step
                there = self._ends(thresholds, fixed + self._shift(trial, spread)).loss.sum() + trial @ trial / 2
                if there <= now + 1e-9:
                    break
                length /= 2
            self.mode = trial
        return curvature

    def _curvature(self, weight: Floats, spread: Floats) -> _Curvature:
        first, second = self.sizes
        diagonal = 1 + spread[0] ** 2 * np.bincount(self.first, weight, minlength=first)[:first]
        corner = np.eye(second)
        scaled = np.zeros((first, second))
        if second:
            corner += np.diag(spread[1] ** 2 * np.bincount(self.second, weight, minlength=second))
            pairs = np.bincount(self.first * second + self.second, weight, minlength=first * second)
            block = spread[0] * spread[1] * pairs.reshape(first, second)
            scaled = block / diagonal[:, None]
            corner -= block.T @ scaled
        determinant = np.log(diagonal).sum() + np.linalg.slogdet(corner)[1]
        inverse: Floats = np.linalg.inv(corner).astype(np.float64)
        return _Curvature(diagonal, scaled, inverse, float(determinant))

    def _variances(self, found: _Curvature, spread: Floats) -> tuple[Floats, Floats]:
        """Diagonal of H⁻¹, and each rating's variance of its predictor, z Λ H⁻¹ Λ z′."""
        cross = -found.scaled @ found.schur_inverse
        own = 1 / found.diagonal - (cross * found.scaled).sum(axis=1)
        inverse = np.concatenate([own, np.diag(found.schur_inverse)])
        variance = np.zeros(len(self.codes))
        if self.sizes[0]:
            variance += spread[0] ** 2 * own[self.first]
        if self.sizes[1]:
            variance += spread[1] ** 2 * np.diag(found.schur_inverse)[self.second]
            variance += 2 * spread[0] * spread[1] * cross[self.first, self.second]
        return inverse, variance

    def _gradient(self, ends: "_Ends", found: _Curvature, spread: Floats) -> Floats:
        inverse, variance = self._variances(found, spread)
        adjoint = found.solve(self._collect(variance * ends.weight_slope, spread) / 2)
        pull = self._shift(adjoint, spread)
        along = ends.slope + variance * ends.weight_slope / 2 - pull * ends.weight
        upper = ends.slope_upper + variance * ends.bend_upper / 2 + pull * ends.density_upper
        lower = ends.slope_lower + variance * ends.bend_lower / 2 + pull * ends.density_lower
        thresholds = np.bincount(self.codes, upper, minlength=self.values)[:-1]
        thresholds += np.bincount(self.codes, lower, minlength=self.values)[1:]
        through = self._collect(along, spread) * self.mode + (1 - inverse) + adjoint * self.mode
        halves = np.split(through, [self.sizes[0]])[: len(self.members)]
        return np.concatenate([thresholds, along @ self.design, [half.sum() for half in halves]])


class _Ends:
    """Derivatives of a rating's loss −log(F(a) − F(c)) = −log F(a) − log(1 − F(c)) − log(1 − e^(c−a)).

    a and c are the distances to the thresholds above and below; the predictor moves both, so `weight` is f(a) + f(c).
    """

    def __init__(self, above: Floats, below: Floats) -> None:
        upper, lower, gap = expit(above), expit(below), above - below
        beyond = 1 / np.expm1(np.minimum(gap, 700.0))
        self.loss = np.logaddexp(0, -above) + np.logaddexp(0, below) - np.log(-np.expm1(-gap))
        self.slope = expit(-above) - lower
        self.slope_upper = -expit(-above) - beyond
        self.slope_lower = lower + beyond
        self.density_upper, self.density_lower = upper * expit(-above), lower * expit(-below)
        self.weight = self.density_upper + self.density_lower
        self.bend_upper = self.density_upper * (1 - 2 * upper)
        self.bend_lower = self.density_lower * (1 - 2 * lower)
        self.weight_slope = -(self.bend_upper + self.bend_lower)
