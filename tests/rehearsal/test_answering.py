"""Whatever an instrument may ask, the answer is one that it takes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instruments import checks, loader
from surveys.instruments.instrument import Instrument
from surveys.instruments.questions import Choice, Instructed, Rating
from surveys.rehearsal.answering import Value, answer
from surveys.rehearsal.browser import PlayError

SHIPPED = [f"survey_{each}{language}" for each in "abc" for language in ("", "_de")]


def instrument(name: str) -> Instrument:
    return Instrument.model_validate(loader.load(name, loader.SHIPPED))


def answers(asked: Instrument, seed: int, *, told: str = "", **expected: Any) -> dict[str, Value]:
    chance = random.Random(seed)
    said: dict[str, Value] = {}
    for question in asked.questions:
        said[question.id] = answer(question.shown(), said, told=told, expected=expected, chance=chance)
    return said


@pytest.mark.parametrize("name", SHIPPED)
@given(seed=st.integers(0, 2**32))
def test_every_answer_to_a_shipped_survey_is_valid_whatever_the_chances(name, seed):
    asked = instrument(name)
    said = answers(asked, seed)
    for question in asked.questions:
        if said[question.id] is None:
            assert question.id == "relation"
            things = said["things"]
            assert isinstance(things, list)
            assert len(things) < 2
        else:
            assert question.check(said[question.id]) == said[question.id]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_an_instruction_says_is_done(name):
    asked = instrument(name)
    expected = checks.expected_as_instructed(asked)
    kind, word = checks.instructed_words(asked)
    told = f"Are you still reading? Please choose “{word}” and nothing else." if kind == "choice" else f"Choose {word}."
    said = answers(asked, 1, told=told)
    for question, wanted in expected.items():
        assert said[question] == (wanted["chosen"] if kind == "choice" else wanted[0])


def test_what_is_expected_is_answered_within_its_tolerance():
    asked = instrument("survey_a")
    assert {answers(asked, seed, satisfaction=[9, 10])["satisfaction"] for seed in range(50)} == {9, 10}
    chosen = answers(instrument("survey_c"), 1, adjectives={"chosen": ["calm"]})["adjectives"]
    assert chosen == ["calm"]


def test_a_question_that_tells_its_own_answer_is_read():
    scale = {"min": 1, "max": 5, "low": "a", "high": "b"}
    question = Instructed(id="look", kind="instructed", text="Please choose 4 here.", scale=scale, expected=4)
    assert answer(question.shown(), {}, told="", expected={}, chance=random.Random(1)) == 4


def test_a_kind_of_question_that_nobody_has_learnt_is_an_error():
    with pytest.raises(PlayError, match="drawing"):
        answer({"id": "x", "kind": "drawing"}, {}, told="", expected={}, chance=random.Random(1))


def test_a_choice_takes_from_the_fewest_to_the_most():
    options = [{"id": each, "text": each} for each in ("one", "two", "three")]
    question = Choice(id="pick", kind="choice", text="Pick", min=2, max=3, options=options)
    counts = set()
    for seed in range(30):
        said = answer(question.shown(), {}, told="", expected={}, chance=random.Random(seed))
        counts.add(len(question.check(said)))
    assert counts == {2, 3}


def test_ratings_reach_both_ends_of_a_scale():
    question = Rating(id="r", kind="rating", text="?", scale={"min": 0, "max": 3, "low": "a", "high": "b"})
    chances = [random.Random(seed) for seed in range(60)]
    assert {answer(question.shown(), {}, told="", expected={}, chance=each) for each in chances} == {0, 1, 2, 3}
