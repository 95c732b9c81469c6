"""A copy holds what is needed to publish a study and take its surveys, and nothing of people."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from surveys.models import (
    Assignment,
    Caption,
    Identity,
    Job,
    Measure,
    PanelCall,
    PanelPerson,
    Place,
    PlaceItem,
    Posting,
    Recruitment,
    Release,
    Study,
    Survey,
    Transfer,
)
from surveys.rehearsal import copying
from surveys.rehearsal.copying import COPIED, LEFT_OUT, OWNER, copy_study
from surveys.services.errors import ServiceError
from tests.surveys import factories

PEOPLE = {
    "Answer", "Assignment", "Consent", "Event", "Identity", "Invitation", "PanelPerson", "PanelSubmission",
    "Participant", "Posting",
}  # fmt: skip
"""Models that only have rows because people came; never to be copied."""
NOT_THE_APPS = {"auth_permission", "auth_user", "django_content_type", "django_migrations", "sqlite_sequence"}
"""Tables that ``migrate`` fills, and the copy's one owner."""
SECRETS = ("ada@secret.example", "A1SECRETWORKER", "a secret comment", "secret-digest", "5ecr3tkey", "secret-writer")


def everybody() -> Study:
    """Make a study with everything in it: people, money, calls and jobs, in a survey that is paused and half filled."""
    study = factories.make_study(owner=factories.make_user(email="ada@secret.example"), simulated=False)
    survey, published = factories.make_published_survey(study, checks={"attention": ["instructed"]})
    done = factories.take_part(published, 1, items=1)
    factories.take_part(published, 2, items=1)
    now = timezone.now()
    Assignment.objects.filter(pk=done.pk).update(comment="a secret comment")
    done.participant.identity = Identity.objects.create(digest="secret-digest")
    done.participant.save()
    PanelPerson.objects.create(
        assignment=done, panel="generic", environment="x", person="A1SECRETWORKER", work="W", arrived_at=now,
        forget_after=now + timedelta(days=1),
    )  # fmt: skip
    recruited(published.posting)
    money = Transfer.objects.create(
        study=study, panel="mturk", environment="sandbox", live=False, kind="owe", key="5ecr3tkey", currency="USD"
    )
    money.entries.create(account="budget", parts=-5, assignment=done)
    PanelCall.objects.create(
        study=study, panel="mturk", environment="x", token="5ecr3tkey", operation="CreateHIT", request={}, sent_at=now
    )
    job = Job.objects.create(study=study, requested_by="ada@secret.example", queued_at=now)
    job.errors.create(step="x", label="x", reason="x")
    study.ledger.create(kind="paid", key="5ecr3tkey")
    stimulus = PlaceItem.objects.filter(stimulus__isnull=False)[0].study_stimulus
    Measure.objects.create(stimulus=stimulus, ssim=0.5)
    Caption.objects.create(
        method=stimulus.method, original=stimulus.original, text="a boat", sha256="0" * 64, writer="secret-writer"
    )
    Release.objects.update(by="ada@secret.example")
    Survey.objects.filter(pk=survey.pk).update(paused=True, rules={"attention_failures": 1})
    return study


def recruited(link: Posting) -> None:
    """Have somebody of a panel hand in what they did by a link."""
    recruitment = Recruitment.objects.create(
        link=link, panel="mturk", environment="x", live=False, token="5ecr3tkey", reward="1", fee="0", currency="USD",
        fees_since=date(2026, 11, 1), fees_source="x", offer={},
    )  # fmt: skip
    posting = recruitment.postings.create(reference="HIT", token="5ecr3tkey", places=1)
    recruitment.submissions.create(
        posting=posting, work="W", digest="secret-digest", state="submitted", finding="unknown", seen_at=timezone.now()
    )


def as_stored() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Study, Survey, Place, Caption, Release)]


def read(scratch: Any, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(scratch.database) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.django_db
def test_a_copy_has_all_of_the_study_as_planned_and_nothing_of_people(scratch):
    study = everybody()
    factories.make_planned_survey(factories.make_study("other"))
    for name in PEOPLE | {"Transfer", "Entry", "PanelCall", "Job", "JobError", "LedgerEntry"}:
        assert apps.get_model("surveys", name).objects.exists(), f"the test makes no {name}"
    expected = {model._meta.db_table: copying.rows_of(model, study).count() for model in COPIED}
    assert all(expected.values()), "the test makes a row of everything that is copied"
    before = as_stored()
    copy_study(study=study, scratch=scratch)
    assert as_stored() == before
    whole = b"".join(path.read_bytes() for path in scratch.folder.rglob("*") if path.is_file())
    assert not [secret for secret in SECRETS if secret.encode() in whole]
    tables = {name for (name,) in read(scratch, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    counts = {name: read(scratch, f"SELECT count(*) FROM {name}")[0][0] for name in tables - NOT_THE_APPS}
    assert {name: count for name, count in counts.items() if count} == expected
    assert read(scratch, "SELECT DISTINCT state FROM surveys_place") == [("open",)]
    survey = "SELECT state, paused, published_at, preregistration_sha256, rules FROM surveys_survey"
    assert read(scratch, survey) == [("planned", 0, None, "", "{}")]
    assert read(scratch, "SELECT slug, simulated FROM surveys_study") == [("tiny", 1)]
    ((name, password, email, staff),) = read(scratch, "SELECT username, password, email, is_staff FROM auth_user")
    assert (name, password[0], email, staff) == (OWNER, "!", "", 1)
    assert read(scratch, "PRAGMA foreign_key_check") == []


def test_a_database_that_is_there_is_left_alone(scratch):
    scratch.folder.mkdir()
    scratch.database.write_text("mine")
    with pytest.raises(ServiceError, match="exists already"):
        copy_study(study=Study(slug="tiny"), scratch=scratch)
    assert scratch.database.read_text() == "mine"


def test_each_model_is_copied_or_left_out_and_none_of_people_is_copied():
    names = {model.__name__ for model in apps.get_app_config("surveys").get_models()}
    copied = {model.__name__ for model in COPIED}
    assert names - copied - LEFT_OUT == set(), "say in surveys/rehearsal/copying.py whether a copy needs it"
    assert names >= LEFT_OUT
    assert copied & (LEFT_OUT | PEOPLE) == set()


def test_what_is_copied_names_nothing_that_is_left_out():
    for model in COPIED:
        related: list[Any] = [field.related_model for field in model._meta.fields if field.related_model]
        named = {each.__name__ for each in related}
        assert named & LEFT_OUT == set(), model
        assert named <= {each.__name__ for each in COPIED} | {"User"}, model
