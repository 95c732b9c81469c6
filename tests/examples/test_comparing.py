"""What two pictures share in each of the five respects."""

from dataclasses import replace

import pytest

from examples.drawn_scenes.comparing import DIMENSIONS, in_common
from examples.drawn_scenes.parsing import parse
from examples.drawn_scenes.scenes import BY_SLUG, SCENES
from examples.drawn_scenes.sharing import Sight, shared
from examples.drawn_scenes.words import LEVELS, describe

TEAPOT = BY_SLUG["object_1"]
SEEN = Sight(TEAPOT, look="object_1")


def drawn(caption):
    return Sight(parse(caption))


@pytest.mark.parametrize("question", DIMENSIONS)
def test_a_picture_shares_everything_with_itself_and_no_more_than_that_with_any(question):
    assert in_common(question, SEEN, SEEN) == pytest.approx(1)
    sights = [Sight(scene) for scene in SCENES]
    assert all(0 <= in_common(question, a, b) <= 1 for a in sights for b in sights)


@pytest.mark.parametrize("question", DIMENSIONS)
def test_sides_make_no_difference(question):
    other = drawn(describe(TEAPOT, "medium"))
    assert in_common(question, SEEN, other) == pytest.approx(in_common(question, other, SEEN))


@pytest.mark.parametrize("question", ["objects", "surroundings", "colours"])
def test_longer_captions_keep_more(question):
    for scene in SCENES:
        kept = [in_common(question, Sight(scene, look="x"), drawn(describe(scene, level))) for level in LEVELS]
        assert kept[0] <= kept[1] <= kept[2]
        assert kept[0] < kept[2]


def test_the_same_picture_blurred_shares_less_of_everything():
    blurred = Sight(TEAPOT, dict.fromkeys(TEAPOT.names, 0.4), look="object_1")
    assert all(0 < in_common(question, SEEN, blurred) < 0.5 for question in DIMENSIONS)


def test_each_respect_sees_its_own_difference():
    red, blue = drawn("a red teapot on a wooden table"), drawn("a blue teapot on a wooden table")
    assert in_common("objects", red, blue) == 1
    assert in_common("colours", red, blue) < in_common("colours", red, red)
    assert in_common("appearance", red, blue) < in_common("appearance", red, red)
    beach = drawn("a red teapot on a beach")
    assert in_common("surroundings", red, beach) == 0
    left = replace(red, scene=replace(red.scene, arrangement="on the left"))
    right = replace(red, scene=replace(red.scene, arrangement="on the right"))
    assert in_common("position", left, right) < in_common("position", left, left)
    assert in_common("objects", drawn("two pears"), drawn("three pears")) == pytest.approx(0.8)


def test_what_has_nothing_in_common_looks_nothing_alike():
    one, other = drawn("a red teapot"), drawn("a white lighthouse")
    assert {question: in_common(question, one, other) for question in ("objects", "appearance", "position")} == {
        "objects": 0, "appearance": 0, "position": 0,
    }  # fmt: skip


def test_any_other_question_is_about_all_of_it():
    other = drawn(describe(TEAPOT, "long"))
    assert in_common("satisfaction", SEEN, other) == shared(SEEN, other)
