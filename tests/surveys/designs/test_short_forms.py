"""Forms that show a part of the originals: every promise that they can keep, and in words those that they can't."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.designs import DesignError, plan_places, prove_balance
from tests.surveys.designs.strategies import complete, of_size, seeds, with_absent_cells

PAPER = of_size(15, 5, 20)


def planned(asked, items_per_form, seed=1, sides=True):
    return plan_places(asked.originals, asked.methods, asked.raters, seed, asked.absent, sides, items_per_form)


def proof(asked, places, items_per_form, sides=True):
    return prove_balance(places, asked.originals, asked.methods, asked.raters, asked.absent, sides, items_per_form)


@given(asked=complete(), items=st.integers(1, 45), seed=seeds)
def test_any_length_gives_sound_places_with_forms_of_that_length_but_for_the_remainder(asked, items, seed):
    places = planned(asked, items, seed)
    assert proof(asked, places, items).problems == ()
    size = min(items, len(asked.originals))
    rest = len(asked.originals) % size
    lengths = Counter(len(place.items) for place in places)
    rows = asked.raters * len(asked.methods)
    assert lengths == Counter({size: rows * (len(asked.originals) // size), **({rest: rows} if rest else {})})


@given(asked=with_absent_cells(), items=st.integers(1, 20), seed=seeds)
def test_absent_cells_shorten_short_forms_too(asked, items, seed):
    places = planned(asked, items, seed)
    found = proof(asked, places, items)
    assert found.problems == ()
    assert found.times_shown == (asked.raters, asked.raters)
    assert all(place.items for place in places)


@given(asked=complete(), items=st.integers(1, 20), seed=seeds)
def test_the_methods_of_a_short_form_differ_by_at_most_one(asked, items, seed):
    for place in planned(asked, items, seed):
        counts = Counter(item.method for item in place.items)
        assert max(counts.values()) - min(counts[method] for method in asked.methods) <= 1


def test_the_paper_in_forms_of_five_has_three_hundred_places_each_method_once():
    places = planned(PAPER, 5)
    found = proof(PAPER, places, 5)
    assert (found.places, found.form_length, found.method_count) == (300, (5, 5), (1, 1))
    assert found.largest_position_spread <= 3


def test_a_remainder_is_said_in_the_proof():
    found = proof(PAPER, planned(PAPER, 4), 4)
    assert found.form_length == (3, 4)
    assert not found.exact
    assert any("cut into forms of 4 items" in words and "only 3 items" in words for words in found.limits)


def test_as_many_items_as_originals_or_more_are_whole_forms():
    assert planned(PAPER, 15) == planned(PAPER, 40) == planned(PAPER, None)


def test_positions_are_evened_out_where_chance_alone_would_not_do_it():
    """Twenty draws at five positions by chance leave a difference of about five; evened out it is at most three."""
    worst = [proof(PAPER, planned(PAPER, 5, seed), 5).largest_position_spread for seed in range(20)]
    assert max(worst) <= 3


def test_empty_forms_are_refused():
    with pytest.raises(DesignError, match="set items_per_form to 1 or more"):
        planned(PAPER, 0)
