"""A study with Surveys A, B and C: what its commands and the desk's pages say."""

from __future__ import annotations

import re
import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from surveys.models import Assignment, Invitation, PlaceItem, Study, Survey
from surveys.selectors.steps import steps
from surveys.services import answers, assignments, claiming, places, publishing
from tests.surveys import factories


@pytest.fixture
def three(ada: User) -> Study:
    study = factories.make_study(owner=ada)
    for slug in "abc":
        factories.make_survey(study, slug=slug)
    return study


def command(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def planned(study: Study) -> Study:
    for survey in study.surveys.all():
        places.plan(survey=survey)
    factories.release_all(study)
    return study


def publish(study: Study, slug: str) -> publishing.Published:
    return publishing.publish(survey=study.surveys.get(slug=slug), link="invitation", invitations=4)


def rate_all(published: publishing.Published, questions: list[str]) -> Assignment:
    """Take part in a survey of ratings, and finish."""
    invitation = Invitation.objects.get(posting=published.posting, number=1)
    one = claiming.claim_next(posting=published.posting, invitation=invitation, device="desktop")
    for item in PlaceItem.objects.filter(place=one.place):
        for question in questions:
            given = answers.Given(position=item.position, question=question, value=3, key=uuid.uuid4())
            answers.record(code=one.code, given=given)
    assignments.submit(code=one.code)
    return one


def text_of(client: Client, address: str) -> str:
    page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", page)


def step(study: Study, slug: str):
    return next(step for step in steps(study) if step.slug == slug)


def test_the_steps_name_all_surveys(three: Study):
    words = step(three, "surveys").words
    assert re.match(r"Survey A: “.+”, 2 people for each stimulus\.\nSurvey B: “.+”, .+\nSurvey C: “.+”, ", words)


def test_one_command_plans_what_is_not_planned(three: Study):
    missing = step(three, "plan")
    assert missing.words.split("\n") == [f"Survey {name}: no places yet." for name in "ABC"]
    assert missing.missing == "The places of surveys A, B and C are not planned yet."
    assert missing.command == "python manage.py plan --study tiny --all"
    for slug in "ab":
        places.plan(survey=three.surveys.get(slug=slug))
    left = step(three, "plan")
    assert not left.done
    assert left.command == "python manage.py plan --study tiny --survey c"
    places.plan(survey=three.surveys.get(slug="c"))
    assert step(three, "plan").done
    assert step(three, "plan").words.startswith("Survey A: 4 places, ")


def test_each_survey_is_published_by_itself_and_watched_with_the_others(three: Study):
    planned(three)
    assert "--survey a --out var/tiny-a-links.csv" in step(three, "publish").command
    publish(three, "a")
    now = step(three, "publish")
    assert "--survey b --out var/tiny-b-links.csv" in now.command
    assert now.words.startswith("Survey A: open since")
    assert now.missing.startswith("Survey B: not open to participants yet.")
    publish(three, "b")
    publish(three, "c")
    assert step(three, "publish").done
    factories.take_part(publish(three, "a"))
    watch = step(three, "watch")
    assert watch.words.split("\n") == [
        "Survey A: 1 of 4 places filled.", "Survey B: 0 of 4 places filled.", "Survey C: 0 of 2 places filled.",
    ]  # fmt: skip
    assert watch.missing == "Survey A: 3 still to fill, 0 of them being worked on. To stop early, close it."
    publishing.close(survey=three.surveys.get(slug="a"))
    assert step(three, "watch").missing.startswith("Survey B: 4 still to fill")


def test_the_number_of_queries_does_not_grow_with_the_surveys(three: Study, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        steps(three)
    counts = []
    for study in (factories.make_planned_survey(factories.make_study("one")).study, planned(three)):
        with django_assert_max_num_queries(25) as captured:
            steps(study)
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_the_plan_page_tells_each_question_and_how_it_is_answered(three: Study, desk: Client):
    planned(three)
    page = text_of(desk, "/desk/tiny/plan/")
    assert page.count("what the points mean") == 5
    for words in (
        "Two pictures; the original is named as such.",
        "One picture alone; its original isn&#x27;t shown. Only pictures made from words are asked about.",
        "Up to 5 things in a few words each, most important first.",
        "matters most.” names fewer than 2.",
        "Up to 3 of 12.",
    ):
        assert words in page
    assert page.count("The original stands left as often as right") == 2
    assert page.count("on which side the original stands") == 2


def test_watching_counts_the_answers_of_each_survey(three: Study, desk: Client):
    planned(three)
    rate_all(publish(three, "b"), ["objects", "appearance", "position", "surroundings", "colours"])
    page = text_of(desk, "/desk/tiny/watch/")
    assert "0 to 5 of 10" in page
    assert "publish --study tiny --survey a --out var/tiny-a-links.csv" in page
    assert "publish --study tiny --survey c --out var/tiny-c-links.csv" in page
    assert "close --study tiny --survey b" in page


def test_the_results_say_which_surveys_have_no_tables_yet(three: Study, desk: Client):
    planned(three)
    factories.take_part(publish(three, "a"))
    rate_all(publish(three, "b"), ["objects", "appearance", "position", "surroundings", "colours"])
    page = text_of(desk, "/desk/tiny/results/")
    assert "2 ratings by 1 people" in page
    assert "All tables and figures here are of survey A." in page
    words = "There are also answers to survey B (10 by 1 participant); no tables or figures of these are made yet."
    assert words in page


def test_planning_all_says_which_survey_each_proof_is_of(three: Study):
    said = command("plan", "--all")
    assert [line for line in said.splitlines() if line.startswith("Survey ")] == [
        "Survey a: 4 places in 2 blocks.",
        "Survey b: 4 places in 2 blocks.",
        "Survey c: 2 places in 2 blocks.",
    ]
    assert said.count("Sides differ by at most") == 2
    assert said.count("there are no sides") == 1
    assert set(three.surveys.values_list("state", flat=True)) == {Survey.State.PLANNED}


def test_planning_all_keeps_what_is_published(three: Study):
    planned(three)
    publish(three, "b")
    before = list(three.surveys.get(slug="b").places.values_list("pk", flat=True))
    assert "Survey b is published: its places are kept." in command("plan", "--all")
    assert list(three.surveys.get(slug="b").places.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("name", ["plan", "close"])
def test_a_command_asks_which_survey(three: Study, name: str):
    with pytest.raises(CommandError, match="Say which survey with --survey; study tiny has: a, b, c"):
        command(name)


def test_publishing_says_which_survey_and_where_its_links_are(three: Study, tmp_path: Path):
    planned(three)
    said = command("publish", "--survey", "c", "--out", str(tmp_path / "c.csv"))
    assert f"Survey c is open. Its links (2) are in {tmp_path / 'c.csv'}." in said
    assert three.surveys.get(slug="a").published_at is None


def test_a_study_without_a_survey_says_so(ada: User):
    factories.make_study(owner=ada)
    with pytest.raises(CommandError, match="has no survey: name one in the study file"):
        command("plan", "--all")


def test_a_survey_that_asks_no_single_rating_has_results_without_tables(ada: User, desk: Client):
    study = factories.make_study(owner=ada)
    factories.make_survey(study, slug="b")
    rate_all(publish(planned(study), "b"), ["objects", "appearance", "position", "surroundings", "colours"])
    page = text_of(desk, "/desk/tiny/results/")
    assert "All tables and figures here are of one rating a pair." in page
    assert "answers to survey B (10 by 1 participant)" in page
    assert text_of(desk, "/desk/tiny/").count("Survey B") == 1
