import json
import re
from dataclasses import replace

import pytest
from hypothesis import given

from surveys.designs import prove_balance
from tests.surveys.designs.strategies import complete, of_size, seeds, with_absent_cells

PAPER = of_size(15, 5, 20)


def prove(asked, places, sides=True):
    return prove_balance(places, asked.originals, asked.methods, asked.raters, asked.absent, sides)


def with_place(places, at, **changes):
    return [replace(place, **changes) if place.number == at else place for place in places]


def with_items(places, number, change):
    return [
        replace(place, items=tuple(change(list(place.items)))) if place.number == number else place for place in places
    ]


@given(asked=with_absent_cells(), seed=seeds)
def test_what_is_planned_is_proved_sound(asked, seed):
    assert prove(asked, asked.planned(seed)).problems == ()


@given(asked=with_absent_cells(), seed=seeds)
def test_a_design_without_sides_is_proved_sound(asked, seed):
    assert prove(asked, asked.planned(seed, sides=False), sides=False).problems == ()


@given(asked=complete(), seed=seeds)
def test_a_complete_design_shows_as_many_different_methods_in_a_category_as_it_can(asked, seed):
    assert prove(asked, asked.planned(seed)).distinct_methods_short_of_best == 0


@given(asked=with_absent_cells(), seed=seeds)
def test_the_order_in_which_places_and_items_come_back_does_not_matter(asked, seed):
    places = asked.planned(seed)
    turned = [replace(place, items=place.items[::-1]) for place in reversed(places)]
    assert prove(asked, turned) == prove(asked, places)


def test_the_papers_design_is_exact():
    proof = prove(PAPER, PAPER.planned())
    assert proof.exact
    assert proof.times_shown == (20, 20)
    assert proof.method_count == (3, 3)
    assert proof.distinct_methods_in_category == (3, 3)
    assert proof.places == proof.distinct_forms == 100
    assert proof.largest_side_difference_of_stimulus == 0
    assert proof.largest_side_difference_of_form == 1
    assert proof.largest_position_spread == 1


def test_whole_cycles_of_orders_let_every_original_follow_every_other_equally_often():
    thirty = of_size(15, 5, 30)
    proof = prove(thirty, thirty.planned())
    assert proof.successions == (10, 10)
    assert proof.largest_position_spread == 0


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (13, "13 originals cannot be shared equally among 5 methods: a form shows 3 methods 3 times and 2 twice."),
        (8, "8 originals cannot be shared equally among 5 methods: a form shows 3 methods twice and 2 once."),
    ],
)
def test_a_design_that_cannot_be_exact_says_where(size, words):
    asked = of_size(size, 5, 20)
    proof = prove(asked, asked.planned())
    assert proof.sound
    assert not proof.exact
    assert proof.limits == (words,)
    assert proof.largest_method_difference == 1


def test_a_category_larger_than_the_number_of_methods_is_a_stated_limit():
    asked = of_size(15, 3, 20, categories=2)
    limits = prove(asked, asked.planned()).limits
    assert "Category c0 has 8 originals for 3 methods: within it a form shows a method twice or 3 times." in limits


def test_absent_cells_are_a_stated_limit():
    asked = of_size(15, 5, 20, absent={("o1", "m1"), ("o2", "m3")})
    (words,) = prove(asked, asked.planned()).limits
    assert re.match(r"2 cells absent \(o1\.m1, o2\.m3\): forms have 1[34] to 15 items", words)


def test_the_proof_is_plain_data():
    plain = prove(PAPER, PAPER.planned()).as_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["exact"] is True
    assert plain["times_shown"] == [20, 20]


def test_no_places_are_no_balance():
    assert "There are 0 blocks instead of 20." in prove(PAPER, []).problems


def drop_place(places):
    return places[1:]


def double_place(places):
    return [*places, replace(places[0], number=101, form=9)]


def repeat_number(places):
    return with_place(places, 2, number=1)


def repeat_form(places):
    return with_place(places, 2, form=1)


def empty_place(places):
    return with_items(places, 1, lambda items: [])


def drop_item(places):
    return with_items(places, 1, lambda items: items[:-1])


def repeat_original(places):
    return with_items(places, 1, lambda items: [replace(items[0], original=items[1].original), *items[1:]])


def show_a_stranger(places):
    return with_items(places, 1, lambda items: [replace(items[0], original="stranger"), *items[1:]])


def leave_a_gap(places):
    return with_items(places, 1, lambda items: [*items[:-1], replace(items[-1], position=99)])


def change_method(places):
    other = next(method for method in PAPER.methods if method != places[0].items[0].method)
    return with_items(places, 1, lambda items: [replace(items[0], method=other), *items[1:]])


def swap_between_forms(places):
    """Two forms of a block swap what they show of one original: every stimulus stays at R, methods do not."""
    first, second = places[0].items[0], places[1].items[0]
    swapped = with_items(places, 1, lambda items: [replace(first, method=second.method), *items[1:]])
    return with_items(swapped, 2, lambda items: [replace(second, method=first.method), *items[1:]])


def move_between_blocks(places):
    return with_place(with_place(places, 1, block=2), 6, block=1)


def fix_an_order(places):
    """Every form shows the originals in the same order."""
    return [
        replace(
            place,
            items=tuple(
                replace(item, position=position)
                for position, item in enumerate(sorted(place.items, key=lambda item: item.original), start=1)
            ),
        )
        for place in places
    ]


def turn_a_side(places):
    """One more original to the side of the majority of the form."""
    lefts = sum(item.side == "left" for item in places[0].items)
    major, minor = ("left", "right") if lefts > 7 else ("right", "left")
    turned = next(number for number, item in enumerate(places[0].items) if item.side == minor)
    return with_items(
        places,
        1,
        lambda items: [replace(item, side=major) if at == turned else item for at, item in enumerate(items)],
    )


def lose_a_side(places):
    return with_items(places, 1, lambda items: [replace(items[0], side=""), *items[1:]])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (drop_place, "times instead of 20"),
        (double_place, "is shown 21 times instead of 20"),
        (repeat_number, "2 places have the number 1"),
        (repeat_form, "2 places stand for form 1 of block 1"),
        (empty_place, "Place 1 shows nothing"),
        (drop_item, "is shown 19 times instead of 20"),
        (repeat_original, "Place 1 shows original"),
        (show_a_stranger, "is shown but is absent from the design"),
        (leave_a_gap, "The positions of place 1 are not 1 to 15"),
        (change_method, "is shown 21 times instead of 20"),
        (swap_between_forms, "Place 1 shows method"),
        (move_between_blocks, "Block 1 shows stimulus"),
        (fix_an_order, "times more often at one position than at another"),
        (fix_an_order, "An original follows another"),
        (turn_a_side, "Place 1 has"),
        (turn_a_side, "has its original left"),
        (lose_a_side, "left or right"),
    ],
)
def test_a_planted_fault_is_found(fault, words):
    proof = prove(PAPER, fault(list(PAPER.planned())))
    assert not proof.sound
    assert not proof.exact
    assert any(words in problem for problem in proof.problems), proof.problems


def test_methods_that_repeat_within_a_category_are_found():
    """Two originals of different categories swap their methods in two forms: only the categories notice."""
    asked = of_size(4, 2, 1, categories=2)
    first, second = asked.planned()

    def crossed(place):
        other = {"m0": "m1", "m1": "m0"}
        return replace(
            place,
            items=tuple(
                replace(item, method=other[item.method]) if item.original in chosen else item for item in place.items
            ),
        )

    chosen = _one_of_each_category_with_different_methods(first)
    problems = prove(asked, [crossed(first), crossed(second)]).problems
    assert problems
    assert all("in category" in problem for problem in problems)


def _one_of_each_category_with_different_methods(place):
    method_of = {item.original: item.method for item in place.items}
    return {"o0", next(other for other in ("o1", "o3") if method_of[other] != method_of["o0"])}


def test_sides_in_a_design_without_sides_are_found():
    assert any("there are none" in problem for problem in prove(PAPER, PAPER.planned(), sides=False).problems)


def test_an_absent_cell_that_is_shown_is_found():
    asked = of_size(15, 5, 20, absent={("o1", "m1")})
    problems = prove(asked, PAPER.planned()).problems
    assert "Stimulus o1.m1 is shown but is absent from the design." in problems
