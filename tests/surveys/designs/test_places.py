from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.designs import DesignError, plan_places
from tests.surveys.designs.strategies import complete, of_size, seeds, with_absent_cells

PAPER = of_size(15, 5, 20)


def showings(places):
    return [(place, item) for place in places for item in place.items]


@given(asked=with_absent_cells(), seed=seeds)
def test_every_stimulus_is_shown_exactly_as_often_as_there_are_raters_once_in_each_block(asked, seed):
    shown = Counter((place.block, item.original, item.method) for place, item in showings(asked.planned(seed)))
    expected = {
        (block, original, method)
        for block in range(1, asked.raters + 1)
        for original, _ in asked.originals
        for method in asked.methods
        if (original, method) not in asked.absent
    }
    assert set(shown) == expected
    assert set(shown.values()) == {1}


@given(asked=with_absent_cells(), seed=seeds)
def test_a_form_shows_an_original_at_most_once_and_is_never_empty(asked, seed):
    for place in asked.planned(seed):
        originals = [item.original for item in place.items]
        assert originals
        assert len(set(originals)) == len(originals)


@given(asked=with_absent_cells(), seed=seeds)
def test_positions_and_place_numbers_run_from_one_without_gaps(asked, seed):
    places = asked.planned(seed)
    assert [place.number for place in places] == list(range(1, len(places) + 1))
    for place in places:
        assert [item.position for item in place.items] == list(range(1, len(place.items) + 1))


@given(asked=complete(), seed=seeds)
def test_the_methods_of_a_form_differ_by_at_most_one_over_the_form_and_in_each_category(asked, seed):
    category_of = dict(asked.originals)
    for place in asked.planned(seed):
        counts = Counter(item.method for item in place.items)
        within = Counter((category_of[item.original], item.method) for item in place.items)
        assert differ([counts[method] for method in asked.methods]) <= 1
        for category in set(category_of.values()):
            assert differ([within[category, method] for method in asked.methods]) <= 1


@given(asked=complete(), seed=seeds)
def test_a_stimulus_stands_at_every_position_equally_often_within_one(asked, seed):
    at: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for _, item in showings(asked.planned(seed)):
        at[item.original, item.method][item.position] += 1
    for counts in at.values():
        assert differ([counts[position] for position in range(1, len(asked.originals) + 1)]) <= 1


@given(asked=with_absent_cells(), seed=seeds)
def test_the_sides_of_a_stimulus_and_of_a_form_differ_by_at_most_one(asked, seed):
    of_stimulus: Counter[tuple[str, str]] = Counter()
    of_form: Counter[int] = Counter()
    for place, item in showings(asked.planned(seed)):
        sign = {"left": 1, "right": -1}[item.side]
        of_stimulus[item.original, item.method] += sign
        of_form[place.number] += sign
    assert max(map(abs, of_stimulus.values())) <= 1
    assert max(map(abs, of_form.values())) <= 1


@given(asked=with_absent_cells(), seed=seeds)
def test_a_design_without_sides_shows_the_same_forms_in_the_same_order(asked, seed):
    def seen(places):
        return [[(item.position, item.original, item.method) for item in place.items] for place in places]

    plain = asked.planned(seed, sides=False)
    assert {item.side for _, item in showings(plain)} == {""}
    assert seen(plain) == seen(asked.planned(seed))


@given(seed=seeds)
def test_the_same_seed_gives_the_same_plan(seed):
    assert PAPER.planned(seed) == PAPER.planned(seed)


@given(seed=st.integers(0, 10**6), other=st.integers(10**6 + 1, 10**7))
@settings(max_examples=20)
def test_another_seed_gives_another_plan(seed, other):
    assert PAPER.planned(seed) != PAPER.planned(other)


def test_the_papers_size_gives_twenty_blocks_of_five_forms_with_three_items_per_method():
    places = PAPER.planned()
    assert Counter(place.block for place in places) == dict.fromkeys(range(1, 21), 5)
    for place in places:
        assert Counter(item.method for item in place.items) == dict.fromkeys(PAPER.methods, 3)


def test_no_two_participants_share_a_whole_form_at_the_papers_size():
    forms = [frozenset((item.original, item.method) for item in place.items) for place in PAPER.planned()]
    assert len(set(forms)) == len(forms)


def test_the_forms_of_a_block_share_one_order_of_the_originals():
    orders = defaultdict(set)
    for place in PAPER.planned():
        orders[place.block].add(tuple(item.original for item in place.items))
    assert {len(of_block) for of_block in orders.values()} == {1}
    assert len(set.union(*orders.values())) == 20


def test_a_block_has_as_many_places_as_methods():
    assert len(of_size(15, 3, 20).planned(sides=False)) == 60


def test_an_absent_cell_shortens_one_form_of_each_block():
    places = of_size(15, 5, 4, absent={("o3", "m2")}).planned()
    lengths = Counter((place.block, len(place.items)) for place in places)
    assert lengths == {(block, length): 1 if length == 14 else 4 for block in range(1, 5) for length in (14, 15)}


def test_a_form_that_would_be_empty_is_not_planned():
    places = of_size(2, 3, 4, categories=1, absent={("o0", "m0"), ("o0", "m1"), ("o1", "m2")}).planned()
    assert all(place.items for place in places)
    assert len(showings(places)) == 3 * 4


def test_a_method_without_any_stimulus_has_no_place_in_the_blocks():
    absent = {(f"o{number}", "m0") for number in range(15)}
    places = of_size(15, 5, 20, absent=absent).planned()
    assert len(places) == 80


@pytest.mark.parametrize(
    ("originals", "methods", "raters", "absent", "message"),
    [
        ([], ["m"], 1, [], "no stimulus to show"),
        ([("o", "c")], [], 1, [], "no stimulus to show"),
        ([("o", "c")], ["m"], 1, [("o", "m")], "no stimulus to show"),
        ([("o", "c")], ["m"], 0, [], "at least one rater"),
        ([("o", "c"), ("o", "d")], ["m"], 1, [], "Original o is named 2 times"),
        ([("o", "c")], ["m", "m"], 1, [], "Method m is named 2 times"),
        ([("o", "c")], ["m"], 1, [("o", "x")], r"Absent cell o\.x is unknown"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(originals, methods, raters, absent, message):
    with pytest.raises(DesignError, match=message):
        plan_places(originals, methods, raters, 1, absent)


def differ(counts):
    return max(counts) - min(counts)
