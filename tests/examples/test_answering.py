"""How simulated participants answer each kind of question."""

from collections import Counter

import numpy as np
import pytest

from examples.drawn_scenes.answering import Respondent, UnknownQuestionError, Value
from examples.drawn_scenes.comparing import DIMENSIONS
from examples.drawn_scenes.everyday import words_for
from examples.drawn_scenes.moods import MOODS, speaks_for
from examples.drawn_scenes.parsing import parse
from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.scenes import BY_SLUG, SCENES
from examples.drawn_scenes.seeing import noticed
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.vocabulary import NOUNS
from examples.drawn_scenes.world import World
from surveys.instruments import loader
from surveys.instruments.instrument import Said
from surveys.instruments.questions import Choice

WORLD = World({scene.slug: Sight(scene) for scene in SCENES} | {"nothing": Sight(SCENES[0].__class__("", "", ()))}, {})
PEOPLE = [SimulatedParticipant(seed, WORLD) for seed in range(150)]
ATTENTIVE = [person for person in PEOPLE if person.care == "attentive"]
THINGS = {"id": "things", "kind": "words", "text": "What?", "min": 1, "max": 5, "longest": 60}
RELATION = {
    "id": "relation", "kind": "text", "text": "How?", "longest": 120, "skip": {"question": "things", "fewer_than": 2},
}  # fmt: skip
SHIPPED = {slug: loader.load(f"survey_{slug}", loader.SHIPPED) for slug in "bc"}
FEELINGS = ("calm", "lively", "joyful", "gloomy", "xyzzy")
ADJECTIVES = {
    "id": "adjectives", "kind": "choice", "text": "Which?", "min": 1, "max": 3,
    "options": [{"id": slug, "text": slug.title()} for slug in FEELINGS],
}  # fmt: skip
COLOURS = {"id": "colours", "kind": "rating", "text": "?", "scale": {"min": 1, "max": 5}}
INSTRUCTED = {"id": "check", "kind": "instructed", "text": "Please choose 2 here.", "scale": {"min": 1, "max": 5}}


def answers(question, *pictures, people=ATTENTIVE, given=None):
    return [Respondent(person, pictures).answer(question, given or {}) for person in people]


def test_ratings_stay_on_the_scale_of_the_page_and_follow_what_is_shared():
    same, other = (answers(COLOURS, "object_1", slug) for slug in ("object_1", "group_1"))
    assert set(same) | set(other) <= {1, 2, 3, 4, 5}
    assert np.mean(same) > 4.5 > 2 > np.mean(other)


def test_each_question_of_a_pair_is_judged_anew():
    questions = [COLOURS | {"id": name} for name in ("objects", "appearance", "position", "surroundings", "colours")]
    given = [tuple(Respondent(p, ("person_1", "person_2")).answer(q, {}) for q in questions) for p in ATTENTIVE]
    assert len(set(given)) > 20


def test_who_reads_does_what_a_question_says_and_who_does_not_often_fails():
    assert set(answers(INSTRUCTED, "object_1", "object_2")) == {2}
    careless = [person for person in PEOPLE if person.care != "attentive"]
    assert len(set(answers(INSTRUCTED, "object_1", "object_2", people=careless))) > 1


def test_things_are_named_once_each_and_no_more_than_asked_for():
    for scene in SCENES:
        for words in answers(THINGS, scene.slug, people=PEOPLE):
            assert 1 <= len(words) <= 5
            assert len({word.casefold() for word in words}) == len(words)
            assert all(word == word.strip() and 0 < len(word) <= 60 for word in words)


def test_central_things_come_first_mostly():
    first = Counter(words[0].lower() for words in answers(THINGS, "object_1"))
    assert first["teapot"] + first["kettle"] + first["tea pot"] > 0.7 * first.total()


def test_people_use_synonyms_plurals_and_slips():
    said = Counter(word.lower() for words in answers(THINGS, "scattered_1") for word in words)
    assert {"apples", "pears", "oranges"} <= set(said)
    assert "apple" in said
    known = {word for kind in NOUNS for pair in words_for(kind) for word in pair}
    assert any(word not in known for word in said)
    assert {"lady", "woman"} <= {word.lower() for words in answers(THINGS, "group_1") for word in words}


def test_what_cannot_be_made_out_is_not_named():
    blurred = Sight(BY_SLUG["object_1"], dict.fromkeys(BY_SLUG["object_1"].names, 0.1) | {"lemon": 1.0})
    assert [thing.kind for thing in noticed(blurred, np.random.default_rng(1))] == ["lemon"]


def test_a_picture_of_nothing_still_gets_an_answer():
    assert all(len(words) == 1 for words in answers(THINGS, "nothing"))
    assert answers(RELATION, "nothing", given={"things": ["a", "b"]})[0].lower() == "on its own"


def test_a_relation_is_skipped_exactly_when_its_rule_says():
    for person in PEOPLE:
        one = Respondent(person, ("person_1",))
        things = one.answer(THINGS, {})
        assert isinstance(things, list)
        said = one.answer(RELATION, {"things": things})
        assert (said is None) == (len(things) < 2)
    assert None not in answers(RELATION | {"skip": None}, "person_1", given={"things": ["dog"]})


def test_relations_fit_the_picture():
    said = [s for s in answers(RELATION, "group_2", given={"things": ["girl", "boy"]}) if s]
    assert any("playing" in words.lower() for words in said)
    assert not any("picnic" in words.lower() for words in said)


def test_adjectives_are_those_that_fit_best_loudest_first():
    chosen = answers(ADJECTIVES, "group_1")
    assert all(1 <= len(words) <= 3 and len(set(words)) == len(words) for words in chosen)
    counts = Counter(word for words in chosen for word in words)
    assert counts["joyful"] > counts["gloomy"]
    assert counts["joyful"] > counts["xyzzy"]
    assert Counter(words[0] for words in answers(ADJECTIVES, "person_1"))["gloomy"] > 0


def test_every_mood_speaks_for_some_scene():
    scenes = [*SCENES, parse("a lemon")]
    assert all(max(speaks_for(mood, scene) for scene in scenes) > 0 for mood in MOODS)


def test_no_answer_is_longer_than_the_page_allows():
    assert all(len(w) <= 4 for words in answers(THINGS | {"longest": 4}, "object_3") for w in words)
    assert all(len(w) <= 3 for w in answers(RELATION | {"longest": 3}, "object_3", given={"things": ["a", "b"]}))


def test_at_least_as_many_words_as_the_page_asks_for():
    assert all(len(words) >= 3 for words in answers(THINGS | {"min": 3}, "person_1", people=PEOPLE))


def test_the_same_participant_says_the_same_again():
    for question in (THINGS, RELATION, ADJECTIVES):
        assert answers(question, "landscape_3") == answers(question, "landscape_3")


@pytest.mark.parametrize("slug", SHIPPED)
def test_everybody_gives_complete_answers_to_the_surveys_as_they_ship(slug):
    asked = SHIPPED[slug]
    pictures = ("person_3", "landscape_1") if asked.shows == "pair" else ("person_3",)
    for person in PEOPLE:
        said: dict[str, Said] = {}
        given: dict[str, Value] = {}
        for question in asked.questions:
            given[question.id] = Respondent(person, pictures).answer(question.shown(), given)
            one = Said(given[question.id], given[question.id] is None)
            said[question.id] = asked.check(question.id, one, said)
        assert asked.complete(said)


def test_the_adjectives_of_survey_c_all_have_a_mood_and_b_asks_the_five_respects():
    adjectives = SHIPPED["c"].question("adjectives")
    assert isinstance(adjectives, Choice)
    assert {option.id for option in adjectives.options} <= set(MOODS)
    assert [question.id for question in SHIPPED["b"].questions] == list(DIMENSIONS)


def test_each_answer_takes_time():
    one = Respondent(ATTENTIVE[0], ("object_1",))
    times = [one.seconds([THINGS, RELATION, ADJECTIVES][:n]) for n in (1, 2, 3)]
    assert 0 < times[0] < times[1] < times[2]


def test_a_kind_that_nobody_has_learnt_is_an_error_in_words():
    with pytest.raises(UnknownQuestionError, match="'melody'"):
        answers({"id": "sing", "kind": "melody"}, "object_1")
