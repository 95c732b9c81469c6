"""Surveys B and C beside A: planned, taken over HTTP and exported."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from surveys.instruments import loader
from surveys.models import Answer, Assignment, Stimulus
from surveys.selectors import tables
from surveys.services import places, publishing, studies
from surveys.services.errors import ServiceError
from tests.surveys import factories
from tests.surveys.test_participant_pages import join, place_of

pytestmark = pytest.mark.django_db
WORDS = {"things": ["boat", "gulls"], "relation": "carries", "adjectives": ["calm", "grand"]}


def give(client, place, position: int, question: str, value: Any, **more: Any):
    data = {"position": position, "question": question, "value": value, "key": str(uuid.uuid4())} | more
    return client.post(place["answer_url"], json.dumps(data), content_type="application/json")


def start(client, published) -> dict[str, Any]:
    return place_of(client.get(join(client, published).headers["Location"]))


def finish(client, place):
    return client.post(place["finish_url"], headers={"accept": "application/json"})


def test_survey_b_asks_five_ratings_of_each_pair(client):
    survey, published = factories.make_published_survey(slug="b")
    place = start(client, published)
    ids = [question["id"] for question in place["questions"]]
    assert ids == ["objects", "appearance", "position", "surroundings", "colours"]
    for item in place["items"]:
        assert {"left", "right"} <= set(item)
        for value, question in enumerate(ids, 1):
            assert give(client, place, item["position"], question, value).status_code == 200
    assert finish(client, place).status_code == 200
    rows, _ = tables.all_responses(survey.study)
    assert len(rows) == 5 * len(place["items"])
    assert {(row["question"], row["value"]) for row in rows} == set(zip(ids, "12345", strict=True))


def test_an_item_without_one_of_its_answers_is_not_finished(client):
    _, published = factories.make_published_survey(slug="b")
    place = start(client, published)
    for item in place["items"]:
        for question in place["questions"][1 if item["position"] == 1 else 0 :]:
            give(client, place, item["position"], question["id"], 3)
    reply = finish(client, place)
    assert reply.status_code == 409
    assert "Still without an answer: 1." in reply.json()["error"]


def test_survey_c_shows_one_picture_rebuilt_from_words_and_keeps_answers_in_order(client):
    survey, published = factories.make_published_survey(slug="c")
    place = start(client, published)
    assert place["shows"] == "stimulus"
    assert all("picture" in item and "left" not in item for item in place["items"])
    for item in place["items"]:
        for question, value in WORDS.items():
            assert give(client, place, item["position"], question, value).status_code == 200
    assert finish(client, place).status_code == 200
    rows, _ = tables.all_responses(survey.study)
    values = {row["question"]: row["value"] for row in rows}
    assert values == {"things": '["boat", "gulls"]', "relation": '["carries"]', "adjectives": '["calm", "grand"]'}
    assert {row["side"] for row in rows} == {None}
    families = Stimulus.objects.filter(items__place__survey=survey).values_list("method__family", flat=True)
    assert set(families) == {"textual"}


def test_a_skipped_relation_counts_as_skipped(client):
    survey, published = factories.make_published_survey(slug="c")
    place = start(client, published)
    for item in place["items"]:
        position = item["position"]
        assert give(client, place, position, "relation", None, skipped=True).status_code == 400
        give(client, place, position, "things", ["boat"])
        reply = give(client, place, position, "relation", None, skipped=True)
        assert reply.json()["skipped"] is True
        give(client, place, position, "adjectives", ["calm"])
    assert finish(client, place).status_code == 200
    rows, _ = tables.all_responses(survey.study)
    skipped = [row for row in rows if row["question"] == "relation"]
    assert [(row["value"], row["skipped"]) for row in skipped] == [(None, True)] * len(place["items"])


def test_a_second_thing_asks_for_the_relation_again(client):
    _, published = factories.make_published_survey(slug="c")
    place = start(client, published)
    for item in place["items"]:
        give(client, place, item["position"], "things", ["boat"])
        give(client, place, item["position"], "relation", None, skipped=True)
        give(client, place, item["position"], "adjectives", ["calm"])
    give(client, place, 1, "things", ["boat", "gulls"])
    assert "Still without an answer: 1." in finish(client, place).json()["error"]
    give(client, place, 1, "relation", "carries")
    assert finish(client, place).status_code == 200


def test_the_same_words_with_the_same_key_are_one_answer(client):
    _, published = factories.make_published_survey(slug="c")
    place = start(client, published)
    key = {"key": str(uuid.uuid4())}
    first = give(client, place, 1, "things", ["  boat"], **key).json()
    assert give(client, place, 1, "things", ["boat "], **key).json()["receipt"] == first["receipt"]
    assert give(client, place, 1, "things", ["gulls"], **key).status_code == 409
    assert give(client, place, 1, "things", "gulls", **key).status_code == 409
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("value", ["boat", [], ["\ud800"], {"0": "boat"}, [["boat"]], None, 3, ["x" * 5000]])
def test_what_is_no_list_of_words_is_refused_and_nothing_is_kept(client, value):
    _, published = factories.make_published_survey(slug="c")
    place = start(client, published)
    reply = give(client, place, 1, "things", value)
    assert reply.status_code == 400
    assert reply.json()["error"]
    assert not Answer.objects.exists()


def test_a_missing_original_costs_b_its_stimuli_and_c_nothing():
    study = factories.make_study(originals=3, methods=3)
    Stimulus.objects.filter(original=study.originals.first()).update(state="unpaired", reason="It is missing")
    b, c = (factories.make_planned_survey(study, slug=slug, raters=1) for slug in "bc")
    shown = {survey.slug: set(Stimulus.objects.filter(items__place__survey=survey)) for survey in (b, c)}
    textual = Stimulus.objects.filter(original__study=study, method__family="textual").exclude(rendition=None)
    assert shown["c"] == set(textual)
    assert all(row.state == "ready" for row in shown["b"])
    assert c.design["sides"] is False
    assert c.design["problems"] == []


def test_a_file_that_failed_does_not_stand_in_the_way_of_a_survey_about_words():
    study = factories.make_study(originals=3, methods=3)
    Stimulus.objects.filter(original__study=study, method__family="classical").update(state="failed", reason="damaged")
    assert factories.make_planned_survey(study, slug="c").design["problems"] == []
    with pytest.raises(ServiceError, match="3 stimuli failed"):
        factories.make_planned_survey(study, slug="b")


def test_a_survey_about_pictures_that_nobody_makes_can_not_be_planned():
    study = factories.make_study(originals=2, methods=2)
    study.methods.update(family="classical")
    with pytest.raises(ServiceError, match="No stimulus of a textual method can be shown"):
        places.plan(survey=factories.make_survey(study, slug="c"))


def test_the_order_of_questions_is_drawn_for_each_participant_and_kept(client):
    study = factories.make_study(originals=3, methods=3)
    drawn = loader.load("survey_b", loader.SHIPPED).model_copy(update={"questions_order": "random"})
    survey = factories.make_survey(study, slug="b", raters=4, instrument=studies.store_instrument(drawn))
    places.plan(survey=survey)
    factories.release_all(study)
    survey.refresh_from_db()
    published = publishing.publish(survey=survey, link="invitation", invitations=12)
    orders = set()
    for number in range(1, 13):
        page = client.get(join(client, published, number).headers["Location"])
        order = [question["id"] for question in place_of(page)["questions"]]
        assert order == Assignment.objects.latest("pk").question_order
        orders.add(tuple(order))
    assert len(orders) > 1
    assert all(sorted(order) == sorted(orders.copy().pop()) for order in orders)


def test_facts_tell_every_question_and_that_a_alone_is_rated_as_a_whole():
    study = factories.make_study()
    for slug in "abc":
        factories.make_survey(study, slug=slug)
    said = tables.facts(study)["surveys"]
    assert said["a"]["question"] == "satisfaction"
    assert (said["b"]["question"], said["c"]["question"]) == (None, None)
    assert [row["question"] for row in said["c"]["questions"]] == ["things", "relation", "adjectives"]
    assert len(said["c"]["questions"][2]["options"]) == 12
    assert said["b"]["questions"][0] | {"text": ""} == {
        "question": "objects", "kind": "rating", "text": "", "scale_min": 1, "scale_max": 5,
        "low": "other things altogether", "high": "the same things",
    }  # fmt: skip
