"""Expected numbers of the wine data: R's ordinal, `clm` and `clmm(rating ~ temp + contact + (1|judge))`, as published
with the package (R. H. B. Christensen, *Cumulative Link Models for Ordinal Regression with the R Package ordinal*).
"""

from typing import Any

import numpy as np
import pytest

from analysis import mixed
from analysis.laplace import Laplace
from tests.analysis import wine


def ratings(
    people: int = 100, originals: int = 15, seed: int = 1, spread: tuple[float, float] = (1.0, 0.5)
) -> tuple[Any, Any, Any, Any]:
    """Made-up ratings with a known truth: effects 1, 1, 2.5 and 3.5, thresholds from −3 to 4."""
    random = np.random.default_rng(seed)
    who, what = np.repeat(np.arange(people), originals), np.tile(np.arange(originals), people)
    method = (who + what) % 5
    latent = np.array([0, 1, 1, 2.5, 3.5])[method] + random.logistic(size=len(who))
    latent += spread[0] * random.normal(size=people)[who] + spread[1] * random.normal(size=originals)[what]
    values = (latent[:, None] > np.linspace(-3, 4, 9)).sum(axis=1) + 1
    return values, (method[:, None] == np.arange(1, 5)).astype(float), who, what


def test_fixed_effects_are_those_of_clm():
    found = mixed.fit(wine.RATINGS, wine.DESIGN)
    assert found.log_likelihood == pytest.approx(-86.4919, abs=1e-3)
    assert found.effects == pytest.approx([2.5031, 1.5278], abs=1e-3)
    assert found.errors == pytest.approx([0.5287, 0.4766], abs=1e-3)


def test_the_mixed_model_is_that_of_clmm():
    found = mixed.fit(wine.RATINGS, wine.DESIGN, (wine.JUDGES,))
    assert found.log_likelihood == pytest.approx(-81.57, abs=5e-3)
    assert found.effects == pytest.approx([3.0630, 1.8349], abs=1e-3)
    assert found.errors == pytest.approx([0.5954, 0.5125], abs=1e-3)
    assert found.thresholds == pytest.approx([-1.6237, 1.5134, 4.2285, 6.0888], abs=1e-3)
    assert found.deviations**2 == pytest.approx([1.279], abs=1e-3)


def test_the_gradient_is_the_slope_of_the_likelihood_with_crossed_effects():
    values, design, who, what = ratings(people=20, originals=10)
    _, codes = np.unique(values, return_inverse=True)
    model = Laplace(codes, codes.max() + 1, design, (who, what))
    point = np.concatenate([np.linspace(-2.5, 4, codes.max()), [0.5, 1.2, 2, 3], [0.1, -0.6]])
    slope = model.negative(point)[1]
    steps = np.eye(len(point)) * 1e-5
    expected = [(model.negative(point + s)[0] - model.negative(point - s)[0]) / 2e-5 for s in steps]
    assert slope == pytest.approx(expected, abs=1e-5)


def test_the_order_of_the_groups_does_not_matter():
    values, design, who, what = ratings(people=30, originals=10)
    one, other = mixed.fit(values, design, (who, what)), mixed.fit(values, design, (what, who))
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-6)
    assert one.deviations == pytest.approx(other.deviations[::-1], abs=1e-4)


def test_crossed_effects_recover_what_the_ratings_were_made_with():
    truth, found = np.array([1, 1, 2.5, 3.5]), []
    for seed in range(8):
        values, design, who, what = ratings(seed=seed)
        found.append(mixed.fit(values, design, (who, what)))
    inside = [np.abs(one.effects - truth) < 1.96 * one.errors for one in found]
    assert np.mean([one.effects for one in found], axis=0) == pytest.approx(truth, abs=0.15)
    assert np.mean([one.deviations for one in found], axis=0) == pytest.approx([1, 0.5], abs=0.1)
    assert np.mean(inside) > 0.85


def test_a_random_effect_that_is_not_there_is_nearly_zero():
    values, design, who, what = ratings(spread=(0, 0), seed=3)
    found = mixed.fit(values, design, (who, what))
    assert (found.deviations < 0.25).all()
    assert np.isfinite(found.errors).all()


@pytest.mark.parametrize("values", [[1, 1, 1, 10, 10, 10], [1, 2, 2, 9, 10, 10]])
def test_a_method_that_never_meets_another_is_said_in_words(values: list[int]):
    with pytest.raises(mixed.NoFitError, match="hardly overlap"):
        mixed.fit(values, [[0], [0], [0], [1], [1], [1]])


def test_what_cannot_be_estimated_is_said_in_words():
    design = [[0], [1], [0], [1]]
    with pytest.raises(mixed.NoFitError, match="all ratings are equal"):
        mixed.fit([7, 7, 7, 7], design)
    with pytest.raises(mixed.NoFitError, match="at least two members"):
        mixed.fit([1, 2, 3, 4], design, (["anna"] * 4,))
    with pytest.raises(mixed.NoFitError, match="cannot be told apart"):
        mixed.fit([1, 2, 3, 4], [[1], [1], [1], [1]])
