"""Checks, practice, repeats and originals: planned into the places, told apart in the tables, never counted."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from surveys.instruments import loader
from surveys.instruments.checks import (
    PICTURES,
    Checks,
    expected_as_instructed,
    expected_at_end,
    instructed_words,
    judged,
    problems,
)
from surveys.instruments.instrument import Said
from surveys.models import Assignment, Place, PlaceItem
from surveys.selectors import pairs, pictures, tables
from surveys.selectors.lengths import hours_of, in_words, length_of
from surveys.services import answers, assignments, claiming, places
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ALL: dict[str, Any] = {"attention": ["identical", "unrelated", "instructed"], "training": True, "repeats": 1}


def shipped(slug: str) -> loader.Instrument:
    return loader.load(f"survey_{slug}", loader.SHIPPED)


def published(slug: str = "a", **wanted):
    study = factories.make_study(originals=4, methods=2)
    return factories.make_published_survey(study, slug=slug, raters=2, checks=wanted)


def give(assignment: Assignment, item: PlaceItem | None, value: Any, question: str = "satisfaction"):
    assert item
    given = answers.Given(position=item.position, question=question, value=value, key=uuid.uuid4())
    return answers.record(code=assignment.code, given=given)


def attentive(item: PlaceItem) -> int:
    return item.check_item.expected["satisfaction"][0] if item.check_item else 7


def test_every_place_has_its_checks_and_the_study_is_as_exact_as_without():
    survey, _ = published(**ALL)
    without = factories.make_planned_survey(factories.make_study("bare", originals=4, methods=2), raters=2)
    assert {name: survey.design[name] for name in without.design if name != "besides"} == {
        name: value for name, value in without.design.items() if name != "besides"
    }
    assert survey.design["form_length"] == [4, 4]
    assert survey.design["besides"]["items_shown"] == [8, 8]
    for place in survey.places.all():
        items = list(place.items.select_related("check_item"))
        assert [item.position for item in items] == list(range(1, 11))
        assert [item.kind for item in items[7:]] == ["repeat", "training", "training"]
        ends = [(item.position, item.check_item.slug) for item in items if item.kind == "attention"]
        assert ends == list(zip(survey.design["besides"]["attention_positions"], ALL["attention"], strict=True))


def test_the_pictures_of_checks_are_served_and_belong_to_no_stimulus():
    survey, found = published(**ALL)
    assignment = claiming.claim_next(posting=found.posting, invitation=found.posting.invitations.first())
    data = pairs.place_data(assignment)
    stimuli = {row.rendition.sha256 for row in factories_stimuli(survey)}
    for check in survey.check_items.select_related("rendition"):
        assert check.rendition.sha256 not in stimuli
        file = pictures.opened(check.rendition.sha256)
        assert file
        file.close()
    assert [bool(item.get("practice")) for item in data["items"]][:3] == [True, True, False]
    assert sum("instruction" in item for item in data["items"]) == 1


def factories_stimuli(survey):
    from surveys.models import Stimulus

    return Stimulus.objects.filter(original__study=survey.study).select_related("rendition")


def test_the_page_tells_nobody_which_pairs_are_attention_or_repeated():
    _, found = published(attention=["identical", "unrelated"], repeats=1)
    assignment = claiming.claim_next(posting=found.posting, invitation=found.posting.invitations.first())
    data = pairs.place_data(assignment)
    assert {frozenset(item) for item in data["items"]} == {frozenset({"position", "left", "right", "answered"})}
    assert "expected" not in json.dumps(data)


def test_only_the_study_counts_and_checks_have_a_table_of_their_own():
    survey, found = published(**ALL)
    assignment = factories.take_part(found, value=attentive)
    assert assignment.state == Assignment.State.SUBMITTED
    counted, everything = tables.all_responses(survey.study)
    assert len(counted) == 4
    assert len(everything) == 10
    reasons = {row["reason"] for row in everything if not row["counted"]}
    assert reasons == {"item is of kind attention", "item is of kind training", "item is of kind repeat"}
    rows = tables.check_rows(survey.study)
    assert {row["kind"]: row["passed"] for row in rows} == {"attention": True, "training": True, "repeat": None}
    repeat = next(row for row in rows if row["kind"] == "repeat")
    assert (repeat["first"], repeat["value"]) == ("7", "7")
    assert repeat["item"] in {row["stimulus"] for row in counted}


def test_a_failed_check_is_said_in_the_table_and_changes_no_answer():
    survey, found = published(attention=["identical", "unrelated"])
    factories.take_part(found, value=5)
    rows = tables.check_rows(survey.study)
    assert [(row["item"], row["passed"], row["value"]) for row in rows] == [
        ("check.identical", False, "5"),
        ("check.unrelated", False, "5"),
    ]
    assert len(tables.all_responses(survey.study)[0]) == 4


def test_nothing_can_be_finished_before_checks_and_practice_are_answered():
    _, found = published(**ALL)
    assignment = factories.take_part(found, items=9, finish=False, value=attentive)
    with pytest.raises(ConflictError, match="Still without an answer: 10"):
        assignments.submit(code=assignment.code)


def test_who_does_not_understand_practice_leaves_when_the_study_says_so_and_the_place_is_free(client):
    _, found = published(training=True, training_tries=2, training_failed="screen_out")
    assignment = claiming.claim_next(posting=found.posting, invitation=found.posting.invitations.first())
    url = reverse("screen-out", args=[token_for(assignment.code)])
    item = assignment.place.items.filter(kind="training").first()
    give(assignment, item, 5)
    assert client.post(url).status_code == 409
    give(assignment, item, 6)
    reply = client.post(url)
    assert reply.status_code == 200
    assignment.refresh_from_db()
    assert (assignment.state, assignment.holds_place, assignment.payable) == ("screened_out", False, True)
    assert Place.objects.get(pk=assignment.place_id).state == Place.State.OPEN
    assert b"Thank you for trying" in client.get(reply.json()["url"]).content
    assert client.post(url).status_code == 200
    with pytest.raises(ConflictError):
        give(assignment, item, 10)
    with pytest.raises(ConflictError):
        assignments.submit(code=assignment.code)
    assignments.heartbeat(code=assignment.code)
    assert Place.objects.get(pk=assignment.place_id).state == Place.State.OPEN


def test_nobody_is_sent_away_by_a_request_alone():
    _, found = published(training=True)
    assignment = claiming.claim_next(posting=found.posting, invitation=found.posting.invitations.first())
    for item in assignment.place.items.filter(kind="training"):
        for value in (4, 5, 6, 7):
            give(assignment, item, value)
    with pytest.raises(ConflictError, match="no reason to stop"):
        assignments.screen_out(code=assignment.code)


def test_originals_are_asked_about_as_one_more_method_and_never_counted():
    study = factories.make_study(originals=3, methods=4)
    survey, found = factories.make_published_survey(study, slug="c", raters=2, include_originals=True)
    assert survey.places.count() == 2 * 3
    items = PlaceItem.objects.filter(place__survey=survey)
    assert items.filter(kind="original").count() == 2 * 3
    assert items.filter(kind="study").count() == 2 * 6
    for place in survey.places.all():
        shown = [item.original_id or item.study_stimulus.original_id for item in place.items.all()]
        assert len(shown) == len(set(shown)) == 3
    assignment = claiming.claim_next(posting=found.posting, invitation=found.posting.invitations.first())
    for item in assignment.place.items.all():
        give(assignment, item, ["a cat"], "things")
    rows = [row for row in tables.all_responses(study)[1] if row["stimulus"].endswith(".original")]
    assert len(rows) == 1
    assert rows[0]["counted"] is False


def test_short_forms_are_planned_and_said_in_the_proof():
    survey = factories.make_planned_survey(factories.make_study(originals=4, methods=2), items_per_form=3)
    assert survey.design["form_length"] == [1, 3]
    assert survey.places.count() == 2 * 2 * 2
    assert any("cut into forms of 3 items" in words for words in survey.design["limits"])


def test_a_gold_check_needs_its_picture_when_places_are_planned(tmp_path):
    gold = {"slug": "boat", "original": "gold/a", "shown": "gold/b", "expected": {"satisfaction": [8, 10]}}
    study = factories.make_study(files_root=str(tmp_path))
    survey = factories.make_survey(study, checks={"gold": [gold]})
    with pytest.raises(ServiceError, match=r"gold check boat can't be shown .*gold/b"):
        places.plan(survey=survey)
    assert not survey.places.exists()
    picture = PICTURES / "beach.webp"
    (tmp_path / "gold").mkdir()
    for name in ("a", "b"):
        (tmp_path / "gold" / f"{name}.webp").write_bytes(picture.read_bytes())
    places.plan(survey=survey)
    found = PlaceItem.objects.filter(place__survey=survey, kind="gold")
    assert found.count() == survey.places.count()
    assert survey.check_items.get().expected == {"satisfaction": [8, 10]}


def test_a_gold_check_shows_no_picture_of_the_study(tmp_path):
    gold = {"slug": "boat", "original": "a", "shown": "b", "expected": {"satisfaction": [8, 10]}}
    study = factories.make_study(files_root=str(tmp_path))
    survey = factories.make_survey(study, checks={"gold": [gold]})
    stimulus = study.originals.get(slug="picture-0").stimuli.get(method__slug="method-1")
    (tmp_path / "a.webp").write_bytes((PICTURES / "beach.webp").read_bytes())
    assert stimulus.rendition
    (tmp_path / "b.webp").write_bytes(pictures.store().read(stimulus.rendition.sha256))
    with pytest.raises(ServiceError, match=r"boat shows a picture of the study \(picture-0.method-1\)"):
        places.plan(survey=survey)
    assert not survey.places.exists()
    assert not survey.check_items.exists()


def test_planning_again_makes_the_checks_anew():
    survey = factories.make_planned_survey(checks=ALL)
    places.plan(survey=survey)
    assert survey.check_items.count() == 5


@pytest.mark.parametrize(
    ("slug", "wanted", "words"),
    [
        ("c", {"attention": ["identical"]}, "identical needs pairs that are rated"),
        ("c", {"training": True}, "practice needs pairs that are rated"),
        ("a", {"attention": ["identical", "identical"]}, "named twice"),
        ("a", {"gold": [{"slug": "g", "shown": "x", "expected": {"satisfaction": [8, 10]}}]}, "original: name it"),
        ("a", {"gold": [{"slug": "g", "original": "y", "shown": "x", "expected": {"satisfaction": [8, 12]}}]},
         "not on"),
        ("a", {"gold": [{"slug": "g", "original": "y", "shown": "x", "expected": {"colour": [1, 2]}}]}, "no rating"),
        ("a", {"gold": [{"slug": "identical", "original": "y", "shown": "x", "expected": {"satisfaction": [1, 2]}}]},
         "comes with the product"),
    ],
)  # fmt: skip
def test_checks_that_do_not_fit_are_refused_in_words(slug, wanted, words):
    found = [text for _, text in problems(Checks.model_validate(wanted), shipped(slug))]
    assert any(words in text for text in found), found


def test_what_is_expected_follows_from_the_scales():
    assert expected_at_end(shipped("a"), "identical", 1) == {"satisfaction": [9, 10]}
    assert expected_at_end(shipped("a"), "unrelated", 1) == {"satisfaction": [1, 2]}
    assert set(map(tuple, expected_at_end(shipped("b"), "identical", 0).values())) == {(5, 5)}
    assert expected_as_instructed(shipped("a")) == {"satisfaction": [2, 2]}
    kind, word = instructed_words(shipped("c"))
    assert kind == "choice"
    (chosen,) = expected_as_instructed(shipped("c")).values()
    assert word in {option.text for question in shipped("c").questions if question.kind == "choice"
                    for option in question.options if [option.id] == chosen["chosen"]}  # fmt: skip


def test_an_answer_is_judged_only_when_it_is_known():
    expected = {"one": [4, 5], "two": [4, 5]}
    assert judged(expected, {}) is None
    assert judged(expected, {"one": Said(5)}) is None
    assert judged(expected, {"one": Said(5), "two": Said(None, skipped=True)}) is None
    assert judged(expected, {"one": Said(5), "two": Said(4)}) is True
    assert judged(expected, {"one": Said(3)}) is False
    assert judged({"words": {"chosen": ["busy"]}}, {"words": Said(["busy", "calm"])}) is False


def test_the_plan_says_in_words_what_is_shown_besides_how_long_it_takes_and_what_people_get(capsys, client):
    study = factories.make_study(originals=4, methods=2, owner=factories.make_user())
    factories.make_survey(study, raters=2, checks=ALL)
    call_command("plan", study=study.slug)
    words = capsys.readouterr().out
    assert "Attention checks stand at position" in words
    assert "Every form begins with 2 items to practise on." in words
    assert "At its end a form shows 1 item of its first half again." in words
    assert "One person sees 8 items after 2 to practise on, about 2 minutes" in words
    assert "What a participant gets: none" in words
    client.login(username="ada", password="secret-secret")
    page = client.get(f"/desk/{study.slug}/plan/").content.decode()
    for line in ("Attention checks stand at position", "about 2 minutes", "What a participant gets: none"):
        assert line in page


def test_length_is_that_of_the_longest_form_and_all_places_together():
    survey = factories.make_planned_survey(factories.make_study(originals=4, methods=2), items_per_form=3)
    pace = survey.instrument.asked.seconds_per_item
    found = length_of(survey)
    assert (found.shortest, found.longest, found.practice, found.shown) == (1, 3, 0, 3)
    assert found.seconds == 3 * pace
    assert hours_of(survey) == pytest.approx(4 * 2 * 2 * pace / 3600)
    assert "One person sees 1 to 3 items, about 1 minute" in in_words(survey)
