from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from surveys.designs.sides import balanced_sides

pairs = st.lists(st.tuples(st.integers(1, 8), st.sampled_from("abcdef")), unique=True)


@given(showings=pairs, seed=st.integers())
def test_sides_differ_by_at_most_one_at_every_place_and_for_every_stimulus(showings, seed):
    sides = balanced_sides(showings, Random(seed))
    balance: Counter[int | str] = Counter()
    for (place, stimulus), side in zip(showings, sides, strict=True):
        balance[place] += 1 if side == "left" else -1
        balance[stimulus] += 1 if side == "left" else -1
    assert all(-1 <= difference <= 1 for difference in balance.values())


def test_both_sides_are_drawn_for_a_single_showing():
    drawn = {balanced_sides([(1, "a")], Random(seed))[0] for seed in range(20)}
    assert drawn == {"left", "right"}


def test_without_showings_there_are_no_sides():
    assert balanced_sides([], Random(1)) == []
