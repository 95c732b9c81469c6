"""What an instrument may ask, and which values answer it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.instruments import loader
from surveys.instruments.instrument import Instrument, Said
from surveys.instruments.questions import NoAnswerError, Rating

B, C = (loader.load(f"survey_{letter}", loader.SHIPPED) for letter in "bc")
SCALE = {"min": 1, "max": 5, "low": "no", "high": "yes"}
RATING = {"id": "likeness", "kind": "rating", "text": "Alike?", "scale": SCALE}
THINGS = {"id": "things", "kind": "words", "text": "What?"}
RELATION = {"id": "relation", "kind": "text", "text": "How?", "skip": {"question": "things", "fewer_than": 2}}


def instrument(*questions: dict[str, Any], **more: Any) -> Instrument:
    data = {"slug": "own", "title": "Own", "reference": "labelled", "questions": list(questions)} | more
    return Instrument.model_validate(data)


def test_the_product_ships_the_three_surveys_in_its_own_words():
    assert loader.shipped_names() == [f"survey_{slug}{tail}" for slug in "abc" for tail in ("", "_de")]
    assert [question.id for question in B.questions] == ["objects", "appearance", "position", "surroundings", "colours"]
    assert all(
        isinstance(question, Rating) and set(question.anchors or {}) == {"1", "3", "5"} for question in B.questions
    )
    assert [question.kind for question in C.questions] == ["words", "text", "choice"]
    assert len(C.questions[2].shown()["options"]) == 12
    assert (C.shows, C.families, C.reference) == ("stimulus", ("textual",), None)


def test_the_wording_of_survey_a_keeps_its_hash():
    published = "15d8734f7f6ccfdbcc51113bb934dea6e3208385e4871c2bfbc2507c8e09375d"
    assert loader.load("survey_a", loader.SHIPPED).sha256() == published


def test_a_closer_look_is_part_of_the_hash_only_where_there_is_one():
    plain = instrument(RATING)
    assert instrument(RATING, view=[]).sha256() == plain.sha256()
    assert instrument(RATING, view=["zoom"]).sha256() != plain.sha256()
    assert Instrument.model_validate(instrument(RATING, view=["zoom"]).content()).view == ("zoom",)


@pytest.mark.parametrize("name", ["survey_a", "survey_b", "survey_c"])
def test_stored_content_reads_back_as_the_same_instrument(name: str):
    asked = loader.load(name, loader.SHIPPED)
    again = Instrument.model_validate(asked.content())
    assert (again, again.sha256()) == (asked, asked.sha256())


@pytest.mark.parametrize(
    ("questions", "more", "said"),
    [
        ([RATING, RATING], {}, "an id occurs twice"),
        ([RATING], {"reference": None}, "say labelled or unlabelled"),
        ([RATING], {"shows": "stimulus"}, "leave it out"),
        ([RATING | {"anchors": {"6": "beyond"}}], {}, "6 is not on the scale"),
        ([RATING | {"kind": "instructed", "expected": 7}], {}, "7 is not on the scale"),
        ([RELATION, THINGS], {}, "no list of words before it"),
        ([THINGS, RELATION], {"questions_order": "random"}, "their order must be fixed"),
        ([THINGS | {"min": 4, "max": 2}], {}, "min: 4 is more than max"),
        ([RATING], {"view": ["zoom", "zoom"]}, "view: name each only once"),
        ([RATING], {"view": ["flicker"], "shows": "stimulus", "reference": None}, "flicker needs two pictures"),
        ([RATING], {"view": ["loupe"]}, "'zoom' or 'flicker'"),
        ([RATING | {"slider": True}], {}, "Extra inputs"),
        ([RATING | {"kind": "essay"}], {}, "does not match any of the expected tags"),
    ],
)
def test_an_instrument_that_can_not_be_asked_is_refused_in_words(questions: Any, more: Any, said: str):
    with pytest.raises(ValueError, match=said):
        instrument(*questions, **more)


@pytest.mark.parametrize(
    ("options", "limits", "said"),
    [
        ([{"id": "a", "text": "A"}, {"id": "a", "text": "B"}], {"max": 1}, "an id occurs twice"),
        ([{"id": "a", "text": "A"}, {"id": "b", "text": "B"}], {"max": 3}, "can't be picked"),
    ],
)
def test_options_that_can_not_be_picked_are_refused(options: Any, limits: Any, said: str):
    with pytest.raises(ValueError, match=said):
        instrument({"id": "mood", "kind": "choice", "text": "Which?", "options": options} | limits)


def test_a_bad_instrument_file_names_file_key_and_problem(tmp_path: Path):
    (tmp_path / "own.toml").write_text('slug = "own"\ntitle = "Own"\nreference = "labelled"\nquestions = []\n')
    with pytest.raises(loader.InstrumentError, match=r"own.toml, key questions: .*at least 1"):
        loader.load("own.toml", tmp_path)


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        ("things", ["  red   boat ", "gulls"], ["red boat", "gulls"]),
        ("things", ["cafe\u0301"], ["caf\u00e9"]),
        ("things", ["a\x00b\tc"], ["a b c"]),
        ("relation", "floats on", "floats on"),
        ("adjectives", ["calm", "grand"], ["calm", "grand"]),
    ],
)
def test_words_are_kept_tidy_and_in_order(question: str, value: Any, kept: Any):
    assert C.check(question, Said(value), {}) == Said(kept)


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        ("things", [], "name 1 to 5"),
        ("things", ["a", "b", "c", "d", "e", "f"], "name 1 to 5"),
        ("things", "boat", "name 1 to 5"),
        ("things", ["boat", "Boat"], "only once"),
        ("things", ["boat", " "], "write something"),
        ("things", [3], "in words"),
        ("things", ["\ud800"], "in words"),
        ("things", ["x" * 61], "at most 60 characters"),
        ("relation", None, "in words"),
        ("adjectives", [], "choose 1 to 3"),
        ("adjectives", ["calm", "calm"], "choose 1 to 3"),
        ("adjectives", ["calm", "grand", "plain", "tender"], "choose 1 to 3"),
        ("adjectives", ["furious"], "words on the page"),
        ("adjectives", [["calm"]], "words on the page"),
        ("colour", 3, "not asked here"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(question: str, value: Any, said: str):
    with pytest.raises(NoAnswerError, match=said):
        C.check(question, Said(value), {})


@pytest.mark.parametrize("value", [0, 6, 2.0, True, "3", None])
def test_a_rating_is_a_whole_number_of_its_scale(value: Any):
    with pytest.raises(NoAnswerError, match="from 1 to 5"):
        B.check("objects", Said(value), {})


def test_a_relation_is_skipped_only_when_one_thing_was_named():
    skip = Said(None, skipped=True)
    assert C.check("relation", skip, {"things": Said(["boat"])}) == skip
    for others in ({}, {"things": Said(["boat", "gulls"])}):
        with pytest.raises(NoAnswerError, match="can't be skipped"):
            C.check("relation", skip, others)
    with pytest.raises(NoAnswerError, match="can't be skipped"):
        C.check("things", skip, {})
    with pytest.raises(NoAnswerError, match="has no value"):
        C.check("relation", Said("beside", skipped=True), {"things": Said(["boat"])})


def test_an_item_is_complete_when_every_answer_fits_the_others():
    answers = {"things": Said(["boat"]), "relation": Said(None, skipped=True), "adjectives": Said(["calm"])}
    assert C.complete(answers)
    assert not C.complete(answers | {"things": Said(["boat", "gulls"])}), "now there is a relation to tell"
    assert not C.complete(answers | {"relation": Said("beside")}), "there is nothing to relate"
    assert not C.complete({name: said for name, said in answers.items() if name != "adjectives"})


def test_what_is_expected_never_goes_to_the_page():
    asked = instrument(RATING | {"kind": "instructed", "expected": 2})
    assert "expected" not in asked.questions[0].shown()
    assert asked.check("likeness", Said(4), {}) == Said(4), "a wrong answer is an answer, and tells something"
