"""What participants are told: nothing of it may be empty when a survey is published, and each wording is kept."""

from __future__ import annotations

import tomllib
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pydantic import ValidationError

from compression.commands.new import text
from surveys.models import Assignment, Posting, Survey
from surveys.participant_tables import OPTIONAL, ConsentDefinition, empty_keys
from surveys.services import publishing, studies
from surveys.services.errors import ServiceError
from surveys.study_file import StudyFile
from tests.surveys import factories, study_files

NEEDED = [name for name in ConsentDefinition.model_fields if name not in OPTIONAL]


def with_consent(**changes: Any) -> Survey:
    definition = {"consent": factories.CONSENT | changes, "panel": {"links": "invitation"}}
    survey = factories.make_planned_survey(factories.make_study(definition=definition))
    factories.release_all(survey.study)
    return survey


def page_of(client: Any, published: publishing.Published) -> str:
    text: str = client.get(reverse("join", args=[published.keys[0]])).content.decode()
    return text


@pytest.mark.django_db
@pytest.mark.parametrize("name", NEEDED)
def test_publishing_is_refused_while_something_is_not_said(name: str):
    survey = with_consent(**{name: None if name == "adults_only" else " "})
    with pytest.raises(ServiceError, match=rf"Empty in \[consent\] of its study file: {name}\. Write each there"):
        publishing.publish(survey=survey, link=Posting.Link.OPEN)
    survey.refresh_from_db()
    assert survey.state == Survey.State.PLANNED
    assert not Posting.objects.exists()


@pytest.mark.django_db
def test_the_refusal_names_everything_at_once_and_the_command_says_it_and_leaves_no_file(tmp_path, study_of_nobody):
    out = tmp_path / "links.csv"
    with pytest.raises(CommandError, match="responsible, contact") as refused:
        call_command("publish", out=out, stdout=StringIO())
    assert all(name in str(refused.value) for name in NEEDED if name != "other_data")
    assert not out.exists()


@pytest.fixture
def study_of_nobody(db: None) -> Survey:
    survey = factories.make_planned_survey(factories.make_study(definition={"panel": {"links": "invitation"}}))
    factories.release_all(survey.study)
    return survey


@pytest.mark.django_db
def test_a_draft_loads_without_any_of_it(tmp_path):
    head, rest = study_files.TEXT.split("[consent]")
    loaded = studies.load(path=study_files.write(tmp_path, head + rest[rest.index("[preregistration]") :]))
    assert empty_keys(loaded.study.definition["consent"]) == [name for name in NEEDED if name != "other_data"]


@pytest.mark.django_db
def test_the_desk_names_what_is_still_to_be_said(client, ada):
    study = factories.make_study(owner=ada, definition={"consent": factories.CONSENT | {"pay": "", "ethics": ""}})
    factories.make_planned_survey(study)
    factories.release_all(study)
    client.force_login(ada)
    page = client.get(reverse("desk:study", args=[study.slug])).content.decode()
    assert "Empty in [consent] of the study file: ethics, pay." in page


@pytest.mark.django_db
def test_the_page_says_all_of_it(client):
    said = {name: f"our words about {name}" for name in NEEDED if name not in ("adults_only", "withdraw_until")}
    with_time = said | {"time": "as long as a tea"}
    survey = with_consent(**with_time)
    page = page_of(client, publishing.publish(survey=survey, link=Posting.Link.OPEN))
    assert [words for words in with_time.values() if words not in page] == []
    assert "I am 18 or older" in page


@pytest.mark.django_db
def test_none_is_said_in_words_and_the_time_is_worked_out(client):
    _, published = factories.make_published_survey()
    page = page_of(client, published)
    for words in ("There is none.", "Nothing is paid.", "Nobody.", "We know of nothing", "About 1 minute."):
        assert words in page


@pytest.mark.django_db
def test_a_study_for_everybody_asks_nobody_for_an_age(client):
    survey = with_consent(adults_only=False)
    page = page_of(client, publishing.publish(survey=survey, link=Posting.Link.OPEN))
    assert "18" not in page
    assert "I have read this, and I want to take part." in page


@pytest.mark.django_db
def test_what_the_experimenter_writes_is_inert(client):
    survey = with_consent(pay="<script>alert(1)</script>")
    page = page_of(client, publishing.publish(survey=survey, link=Posting.Link.OPEN))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.django_db
def test_an_assignment_keeps_the_wording_it_was_agreed_to():
    _, published = factories.make_published_survey()
    factories.take_part(published)
    kept = Assignment.objects.get().consent.content
    assert kept["consent"] == factories.CONSENT
    assert kept["withdrawal"] == {"days": 30, "date": ""}


@pytest.mark.parametrize("good", ["", "30 days", "1 day", "2031-02-28"])
def test_answers_can_be_withdrawn_until_a_date_or_for_some_days(good: str):
    assert ConsentDefinition(withdraw_until=good).withdraw_until == good


def test_a_date_may_stand_without_quotation_marks():
    read = tomllib.loads("withdraw_until = 2031-02-28")
    assert ConsentDefinition(**read).withdraw_until == "2031-02-28"


@pytest.mark.parametrize("bad", ["soon", "0 days", "30", "2031-02-30", "28.2.2031", "30 days; DROP", 30, True])
def test_anything_else_is_refused_in_words(bad: Any):
    with pytest.raises(ValidationError, match="withdraw_until"):
        ConsentDefinition(withdraw_until=bad)


def test_a_study_file_that_is_written_for_a_folder_loads_and_asks_for_what_is_missing(tmp_path):
    study_files.draw(tmp_path / "one.png", 1)
    written = StudyFile.model_validate(tomllib.loads(text(tmp_path, [(tmp_path / "one.png").relative_to(tmp_path)])))
    lacking = empty_keys(written.consent.model_dump())
    assert lacking == [name for name in NEEDED if name not in ("other_data", "adults_only")]
