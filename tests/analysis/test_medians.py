import itertools
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import medians

RATINGS = st.lists(st.integers(0, 9), min_size=1, max_size=40)
FEW = st.lists(st.integers(0, 4), min_size=1, max_size=5)


def counted(values: list[int], size: int = 10) -> np.ndarray:
    return np.bincount(values, minlength=size)[None, :]


@given(RATINGS)
def test_the_midpoint_median_is_the_librarys(values: list[int]):
    assert medians.midpoint(counted(values))[0] == statistics.median(values)


@given(RATINGS)
def test_the_grouped_median_is_the_librarys(values: list[int]):
    assert medians.grouped(counted(values))[0] == pytest.approx(statistics.median_grouped(values), abs=1e-12)


def test_without_ratings_there_is_no_median():
    assert np.isnan(medians.midpoint(np.zeros((1, 10), int))).all()
    assert np.isnan(medians.grouped(np.zeros((1, 10), int))).all()


@given(FEW)
@settings(max_examples=60)
def test_the_bootstrap_equals_the_enumeration_of_all_resamples(values: list[int]):
    enumerated = np.zeros(9)
    for resample in itertools.product(values, repeat=len(values)):
        enumerated[int(2 * statistics.median(resample))] += 1
    exact = medians.bootstrap(counted(values, 5))[0]
    assert exact == pytest.approx(enumerated / enumerated.sum(), abs=1e-12)


@pytest.mark.parametrize("n", [19, 20])
def test_the_bootstrap_agrees_with_drawing_at_random(n: int):
    random = np.random.default_rng(n)
    values = random.integers(0, 10, n)
    drawn = np.median(random.choice(values, (100_000, n)), axis=1)
    frequencies = np.bincount((2 * drawn).astype(int), minlength=19) / len(drawn)
    assert medians.bootstrap(counted(list(values)))[0] == pytest.approx(frequencies, abs=0.006)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=10).filter(any))
def test_the_bootstrap_sums_to_one_for_any_number_of_ratings(counts: list[int]):
    distribution = medians.bootstrap(np.array([counts]))
    assert (distribution >= 0).all()
    assert distribution.sum() == pytest.approx(1, abs=1e-9)


def test_equal_ratings_give_a_point():
    distribution = medians.bootstrap(counted([7] * 20))
    assert medians.interval(distribution) == (np.array([14]), np.array([14]))


def test_the_interval_holds_the_central_share():
    grid = np.full((1, 100), 0.01)
    low, high = medians.interval(grid)
    assert (int(low[0]), int(high[0])) == (2, 97)


def test_convolution_is_the_distribution_of_the_sum():
    random = np.random.default_rng(3)
    parts = random.dirichlet(np.ones(4), size=5)
    enumerated = np.zeros(16)
    for places in itertools.product(range(4), repeat=5):
        enumerated[sum(places)] += np.prod([parts[i, place] for i, place in enumerate(places)])
    assert medians.convolve(parts) == pytest.approx(enumerated, abs=1e-12)


def test_many_stimuli_convolve_to_a_distribution():
    result = medians.convolve(np.full((500, 19), 1 / 19))
    assert len(result) == 500 * 18 + 1
    assert result.sum() == pytest.approx(1)
