from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.designs import DesignError, plan_top_up, prove_top_up

CELLS = [(f"o{o}", f"m{m}") for o in range(8) for m in range(5)]
NEEDS = st.dictionaries(st.sampled_from(CELLS), st.integers(1, 4), min_size=1)


@given(NEEDS, st.integers(1, 9), st.integers(0, 99), st.booleans())
def test_each_stimulus_gets_what_it_needs_on_as_few_forms_as_can_be(needs, size, seed, sides):
    places = plan_top_up(needs, size, seed, after=(40, 10), sides=sides)
    proof = prove_top_up(places, needs, size, sides)
    assert proof.problems == ()
    assert proof.largest_side_difference_of_stimulus <= 1
    assert [place.number for place in places] == list(range(41, 41 + len(places)))
    for block in range(11, 11 + max(needs.values())):
        lengths = [len(place.items) for place in places if place.block == block]
        wanted = [cell for cell, need in needs.items() if need >= block - 10]
        most = max(sum(original == each for each, _ in wanted) for original, _ in wanted)
        assert len(lengths) == max(most, -(-len(wanted) // size))
        assert max(lengths) - min(lengths) <= 1
    assert {item.side for place in places for item in place.items} <= ({"left", "right"} if sides else {""})


def test_the_same_arguments_give_the_same_places():
    needs = dict.fromkeys(CELLS[:11], 3)
    assert plan_top_up(needs, 4, 7) == plan_top_up(needs, 4, 7)
    assert plan_top_up(needs, 4, 7) != plan_top_up(needs, 4, 8)


@pytest.mark.parametrize(
    ("needs", "size", "words"),
    [({}, 3, "No stimulus needs more"), ({CELLS[0]: 0}, 3, "at least one"), ({CELLS[0]: 1}, 0, "at least one")],
)
def test_what_makes_no_sense_is_refused(needs, size, words):
    with pytest.raises(DesignError, match=words):
        plan_top_up(needs, size, 1)


def test_the_proof_names_what_is_wrong():
    needs = {("gulls", "words"): 2, ("harbour", "jpeg"): 2}
    first, second = plan_top_up(needs, 2, 1)
    assert prove_top_up((first, second), needs, 2).problems == ()
    short = prove_top_up((first,), needs, 2).problems
    assert "gulls.words is shown 1 times more, not 2." in short
    assert any("has 2 items" in line for line in prove_top_up((first, second), needs, 1).problems)
    twice = replace(first, items=(first.items[0], replace(first.items[0], position=2)))
    assert any("more than once" in line for line in prove_top_up((twice, second), needs, 2).problems)
    left = tuple(
        replace(place, items=tuple(replace(item, side="left") for item in place.items)) for place in (first, second)
    )
    assert any("sides of gulls.words" in line for line in prove_top_up(left, needs, 2).problems)
    assert any("has a side" in line for line in prove_top_up(left, needs, 2, sides=False).problems)
