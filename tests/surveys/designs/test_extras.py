"""Checks, practice and repeats: where they stand, and that the study's own places stay as they were."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from surveys.designs import ORIGINAL, Extras, plan_places, prove_balance, prove_extras, study_alone, with_extras
from tests.surveys.designs.strategies import of_size, seeds, with_absent_cells

PAPER = of_size(15, 5, 4)
ENDS = Extras(attention=("identical", "unrelated"), gold=("boat",), training=("same", "other"), repeats=1)

some = st.builds(
    Extras,
    attention=st.sampled_from([(), ("identical",), ("identical", "unrelated"), ("identical", "unrelated", "asked")]),
    gold=st.sampled_from([(), ("boat",), ("boat", "tree")]),
    training=st.sampled_from([(), ("same", "other")]),
    repeats=st.integers(0, 4),
)


@given(asked=with_absent_cells(), extras=some, seed=seeds, items=st.none() | st.integers(1, 20))
def test_whatever_is_woven_in_the_promises_hold_and_the_study_stays_as_planned(asked, extras, seed, items):
    alone = plan_places(asked.originals, asked.methods, asked.raters, seed, asked.absent, items_per_form=items)
    woven = with_extras(alone, extras, seed)
    assert prove_extras(woven, extras).problems == ()
    assert study_alone(woven) == alone
    assert woven == with_extras(alone, extras, seed)


def test_end_pairs_stand_in_the_same_positions_of_every_form_though_one_form_is_shorter():
    asked = of_size(15, 5, 4, absent=[("o0", "m0"), ("o3", "m0")])
    places = plan_places(asked.originals, asked.methods, asked.raters, 1, asked.absent)
    found = prove_extras(with_extras(places, ENDS, 1), ENDS)
    assert len(found.attention_positions) == 2
    assert 1 < found.attention_positions[0] < found.attention_positions[1] <= 15


def test_repeats_end_the_form_and_come_from_its_first_half_on_the_same_side():
    places = plan_places(PAPER.originals, PAPER.methods, PAPER.raters, 1)
    for place, alone in zip(with_extras(places, ENDS, 1), places, strict=True):
        again = [item for item in place.items if item.kind == "repeat"]
        assert len(again) == 1
        assert again[0].position == 15 + 2 + 1 + 1
        first = next(item for item in alone.items if item.original == again[0].original)
        assert first.position <= 7
        assert (first.method, first.side) == (again[0].method, again[0].side)


def test_sides_of_checks_take_turns():
    places = with_extras(plan_places(PAPER.originals, PAPER.methods, PAPER.raters, 1), ENDS, 1)
    sides = [item.side for place in places for item in place.items if item.check == "identical"]
    assert abs(sides.count("left") - sides.count("right")) <= 1
    one_picture = plan_places(PAPER.originals, PAPER.methods, PAPER.raters, 1, sides=False)
    alone = with_extras(one_picture, ENDS, 1, sides=False)
    assert {item.side for place in alone for item in place.items} == {""}


def test_the_proof_is_of_the_places_not_of_the_plan():
    places = list(with_extras(plan_places(PAPER.originals, PAPER.methods, PAPER.raters, 1), ENDS, 1))
    first = places[0]
    moved = [replace(item, kind="gold" if item.kind == "attention" else item.kind) for item in first.items]
    broken = [replace(first, items=tuple(moved)), *places[1:]]
    problems = " ".join(prove_extras(broken, ENDS).problems)
    assert "does not show each attention check once" in problems
    assert "same positions" in problems
    backwards = tuple(replace(item, position=len(first.items) + 1 - item.position) for item in first.items)
    assert any("among its other items" in one for one in prove_extras([replace(first, items=backwards)], ENDS).problems)


def test_nothing_asked_for_changes_nothing():
    places = plan_places(PAPER.originals, PAPER.methods, PAPER.raters, 1)
    assert with_extras(places, Extras(), 1) == places
    assert prove_balance(study_alone(places), PAPER.originals, PAPER.methods, PAPER.raters).exact


def test_originals_that_are_asked_about_do_not_come_again():
    """Their places hold them once; what comes again is a stimulus."""
    asked = of_size(6, 3, 4)
    methods = [*asked.methods[:-1], ORIGINAL]
    places = with_extras(plan_places(asked.originals, methods, asked.raters, 1), Extras(repeats=2), 1)
    again = [item.method for place in places for item in place.items if item.kind == "repeat"]
    assert again
    assert ORIGINAL not in again
    assert prove_extras(places, Extras(repeats=2)).problems == ()
