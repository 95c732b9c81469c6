from collections import Counter
from itertools import islice, pairwise
from random import Random

import pytest

from surveys.designs.orders import balanced_orders, cycle_length

SIZES = range(1, 41)


def cycle(size):
    return list(islice(balanced_orders([str(number) for number in range(size)], Random(3)), cycle_length(size)))


@pytest.mark.parametrize("size", SIZES)
def test_every_original_stands_at_every_position_equally_often_over_a_cycle(size):
    at = Counter((original, position) for order in cycle(size) for position, original in enumerate(order))
    assert len(at) == size * size
    assert set(at.values()) == {cycle_length(size) // size}


@pytest.mark.parametrize("size", [size for size in SIZES if size > 1])
def test_every_original_follows_every_other_equally_often_over_a_cycle(size):
    follows = Counter(pair for order in cycle(size) for pair in pairwise(order))
    assert len(follows) == size * (size - 1)
    assert set(follows.values()) == {cycle_length(size) // size}


def test_an_even_number_of_originals_needs_one_square_and_an_odd_number_two():
    assert [cycle_length(size) for size in (1, 2, 3, 14, 15)] == [1, 2, 6, 14, 30]


def test_each_cycle_labels_the_originals_afresh():
    orders = list(islice(balanced_orders(list("abcdef"), Random(5)), 12))
    assert sorted(orders[:6]) != sorted(orders[6:])
