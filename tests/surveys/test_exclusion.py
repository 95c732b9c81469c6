"""Who is known by a label takes part once: in a survey, in a study, in a group of studies; labels are never stored."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse

from surveys.models import Assignment, Identity, Invitation, Participant, Survey
from surveys.services import assignments, claiming, identities, publishing
from surveys.services.errors import AlreadyError, NotEligibleError, ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.django_db


def make(slug: str = "tiny", surveys: str = "a", **panel: Any) -> list[Survey]:
    study = factories.make_study(
        slug, definition={"consent": factories.CONSENT, "panel": {"links": "invitation"} | panel}
    )
    made = [factories.make_planned_survey(study, slug=each) for each in surveys]
    factories.release_all(study)
    return made


def invite(survey: Survey, *people: str) -> publishing.Published:
    return publishing.publish(survey=survey, link="invitation", people=people)


def begin(published: publishing.Published, number: int = 1) -> Assignment:
    invitation = Invitation.objects.get(posting=published.posting, number=number)
    return claiming.claim_next(posting=published.posting, invitation=invitation)


def test_two_links_of_one_person_lead_to_one_place(client):
    (survey,) = make()
    first, second = invite(survey, "ann@example.org", "ben@example.org"), invite(survey, " Ann@Example.org")
    begin(first)
    with pytest.raises(AlreadyError):
        begin(second)
    assert Assignment.objects.count() == Participant.objects.count() == 1
    begin(first, 2)
    for reply in (
        client.get(reverse("join", args=[second.keys[0]])),
        client.post(reverse("join", args=[second.keys[0]]), {"consent": "yes"}),
    ):
        assert reply.status_code == 410
        assert "You have taken part already" in reply.content.decode()
    assert client.get(reverse("join", args=[first.keys[0]])).status_code == 303, "the own link leads back"


def test_one_person_takes_part_in_one_survey_of_a_study_by_default():
    a, b = make(surveys="ab")
    begin(invite(a, "ann"))
    with pytest.raises(AlreadyError):
        begin(invite(b, "ann"))
    begin(invite(b, "ben"))


def test_a_study_may_let_a_person_take_part_in_each_of_its_surveys_under_one_pseudonym():
    a, b = make(surveys="ab", surveys_per_person="all")
    first, second = begin(invite(a, "ann")), begin(invite(b, "ann"))
    assert first.participant_id == second.participant_id
    with pytest.raises(AlreadyError):
        begin(invite(a, "ann"))


def test_studies_of_a_group_exclude_each_other_and_others_do_not(client):
    (one,), (two,) = make("one", exclusion_group=["faces", "2026"]), make("two", exclusion_group=["faces"])
    (three,), (four,) = make("three", exclusion_group=["landscapes"]), make("four")
    begin(invite(one, "ann"))
    refused = invite(two, "ann")
    with pytest.raises(NotEligibleError):
        begin(refused)
    page = client.get(reverse("join", args=[refused.keys[0]]))
    assert (page.status_code, "not for you this time" in page.content.decode()) == (410, True)
    for survey in (three, four):
        begin(invite(survey, "ann"))
    assert Identity.objects.count() == 1


def test_people_who_are_named_are_told_so(client):
    (survey,) = make()
    named, nameless = invite(survey, "ann"), publishing.publish(survey=survey, link="invitation", invitations=1)
    for published, told in ((named, True), (nameless, False)):
        page = client.get(reverse("join", args=[published.keys[0]])).content.decode()
        assert ("a code worked out from the name or address" in page) is told


def test_whoever_took_the_answers_back_does_not_come_again():
    (survey,) = make()
    assignment = begin(invite(survey, "ann"))
    assignments.give_back(code=assignment.code)
    with pytest.raises(AlreadyError):
        begin(invite(survey, "ann"))


def test_labels_are_stored_nowhere_and_stand_beside_the_links(tmp_path: Path):
    make()
    people = ["ann@example.org", "Жанна, 2", "=cmd()"]
    with (tmp_path / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["nr", "person"], *enumerate(people)])
    call_command("publish", people=tmp_path / "people.csv", out=tmp_path / "links.csv", stdout=StringIO())
    rows = list(csv.DictReader((tmp_path / "links.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["person"] for row in rows] == people
    assert all("/join/" in row["url"] for row in rows)
    assert (tmp_path / "links.csv").stat().st_mode & 0o077 == 0
    everything = "\n".join(
        str(list(model._default_manager.values())) for model in apps.get_app_config("surveys").get_models()
    )
    assert not [label for label in people if label in everything]
    assert identities.digest("ann@example.org") in everything


def test_a_digest_depends_on_the_secret_key(settings):
    before = identities.digest("ann")
    settings.SECRET_KEY = "another" * 8
    assert identities.digest("ann") != before


@pytest.mark.parametrize(
    ("data", "people"),
    [
        (b"ann\nben\n\n", ["ann", "ben"]),
        (b"\xef\xbb\xbfperson\r\nann\r\n", ["ann"]),
        (b'number,Person,x\n1,"a, b",2\n', ["a, b"]),
    ],
)
def test_a_file_of_people_is_one_label_a_line_or_a_column(data, people):
    assert identities.read_people(data) == people


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "names nobody"),
        (b"person\n\n", "names nobody"),
        (b"\xff\xfe", "UTF-8"),
        (b'"open', "can't be read"),
        (b"a,b\nc,d\n", 'called "person"'),
        (b"nr,person\n1,ann\n2,\n", "Line 3"),
        (b"ann\nbe\x07n\n", "Line 2"),
        (b"x" * 201, "Line 1"),
        (b"ann\nben\n ANN\n", "lines 1 and 3"),
    ],
)
def test_what_is_wrong_with_a_file_of_people_is_said_with_its_line(data, words):
    with pytest.raises(ServiceError, match=words):
        identities.read_people(data)


def test_named_people_need_invitations_and_no_count(tmp_path: Path):
    (survey,) = make()
    with pytest.raises(ServiceError, match="open link"):
        publishing.publish(survey=survey, link="open", people=["ann"])
    (tmp_path / "people.csv").write_text("ann\n")
    for wrong in ({"people": tmp_path / "people.csv", "count": 3}, {"people": tmp_path / "nobody.csv"}):
        with pytest.raises(CommandError):
            call_command("publish", out=tmp_path / "links.csv", stdout=StringIO(), **wrong)
    assert not (tmp_path / "links.csv").exists()
    survey.refresh_from_db()
    assert survey.state == Survey.State.PLANNED
