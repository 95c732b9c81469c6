"""Taking answers back: deleted at once and for good, the place open again, pay as it was."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Answer, Assignment, Place
from surveys.selectors import tables
from surveys.services import answers, assignments, privacy
from surveys.services.errors import ConflictError
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished() -> Assignment:
    _, published = factories.make_published_survey()
    factories.take_part(published, 2)
    return factories.take_part(published, 1)


def post(client: Any, **data: str) -> Any:
    return client.post(reverse("withdraw"), data)


def test_the_page_asks_before_it_deletes(client, finished):
    assert client.get(reverse("withdraw")).status_code == 200
    asked = post(client, code=finished.receipt_code)
    assert asked.status_code == 200
    assert "Delete your answers?" in asked.content.decode()
    assert "You gave 2 answers." in asked.content.decode()
    assert finished.answers.count() == 2
    done = post(client, code=finished.receipt_code, sure="yes")
    assert "Your answers are deleted" in done.content.decode()
    assert not client.cookies
    assert not finished.answers.exists()


def test_answers_leave_the_tables_the_place_reopens_and_pay_stays(finished):
    study = finished.participant.study
    privacy.withdraw(code=finished.code)
    finished.refresh_from_db()
    assert (finished.state, finished.holds_place, finished.payable) == ("withdrawn", False, True)
    assert (finished.device, finished.browser, finished.comment, finished.screen) == ("", "", "", {})
    assert finished.place.state == Place.State.OPEN
    counted, everything = tables.all_responses(study)
    assert len(counted) == len(everything) == 2
    assert finished.code not in {row["assignment"] for row in everything}
    row = next(row for row in tables.assignments(study) if row["assignment"] == finished.code)
    assert (row["state"], row["counted"], row["payable"], row["usable"]) == ("withdrawn", False, True, None)


def test_somebody_else_gets_the_place_and_counts(finished):
    _, published = factories.make_published_survey(factories.make_study("other"), raters=1)
    first = factories.take_part(published, 1)
    factories.take_part(published, 2)
    privacy.withdraw(code=first.code)
    third = factories.take_part(published, 3)
    assert third.place_id == first.place_id
    assert {row["assignment"] for row in tables.all_responses(third.participant.study)[0]} >= {third.code}


def test_again_it_changes_nothing(client, finished):
    post(client, code=finished.receipt_code, sure="yes")
    events = finished.events.count()
    Place.objects.filter(pk=finished.place_id).update(state=Place.State.HELD)
    for data in ({"sure": "yes"}, {}):
        assert "Your answers are deleted" in post(client, code=finished.receipt_code, **data).content.decode()
    assert privacy.withdraw(code=finished.code).deleted == 0
    assert finished.events.count() == events
    assert Place.objects.get(pk=finished.place_id).state == Place.State.HELD


@pytest.mark.parametrize(
    "wrong", ["", "ABCD", "x" * 5000, "AAAA-BBBB-CCCC", "\x00", "' OR 1=1 --", "ＡＢＣＤＥＦＧＨＪＫＬＭ"]
)
def test_a_wrong_code_is_told_and_changes_nothing(client, finished, wrong):
    reply = post(client, code=wrong, sure="yes")
    assert reply.status_code == 404
    assert "know this code" in reply.content.decode()
    assert Answer.objects.count() == 4


def test_a_code_may_be_typed_as_people_type(client, finished):
    assert finished.receipt_code
    typed = " " + finished.receipt_code.lower().replace("-", " ") + " "
    assert "Delete your answers?" in post(client, code=typed).content.decode()


def test_what_was_typed_comes_back_inert(client, finished):
    assert "<b>" not in post(client, code='"><b>').content.decode()


def test_until_the_day_that_was_promised_and_no_longer(client, finished):
    Assignment.objects.filter(pk=finished.pk).update(submitted_at=timezone.now() - timedelta(days=29, hours=23))
    assert post(client, code=finished.receipt_code).status_code == 200
    Assignment.objects.filter(pk=finished.pk).update(submitted_at=timezone.now() - timedelta(days=30, seconds=1))
    reply = post(client, code=finished.receipt_code, sure="yes")
    assert reply.status_code == 410
    assert "ada@example.org" in reply.content.decode()
    assert finished.answers.count() == 2
    assert "have your answers deleted" not in client.get(done_url(finished)).content.decode()


def done_url(assignment: Assignment) -> str:
    return reverse("done", args=[token_for(assignment.code)])


@pytest.mark.parametrize(("days", "over"), [(0, False), (-1, True)])
def test_a_date_is_meant_to_its_end(days, over):
    day = (timezone.now() + timedelta(days=days)).date().isoformat()
    definition = {"consent": factories.CONSENT | {"withdraw_until": day}, "panel": {"links": "invitation"}}
    _, published = factories.make_published_survey(factories.make_study("dated", definition=definition))
    assignment = factories.take_part(published)
    assert privacy.is_over(assignment) is over
    if over:
        with pytest.raises(privacy.TooLateError):
            privacy.withdraw(code=assignment.code)


def test_a_later_wording_does_not_shorten_what_was_promised(finished):
    study = finished.participant.study
    study.definition["consent"]["withdraw_until"] = "2001-01-01"
    study.save()
    assert not privacy.is_over(Assignment.objects.get(pk=finished.pk))


def test_the_receipt_says_how(client, finished):
    page = client.get(done_url(finished)).content.decode()
    assert "http://testserver/withdraw/" in page
    assert f"{finished.submitted_at + timedelta(days=30):%-d %B %Y}" in page


def test_whoever_leaves_may_have_the_answers_deleted_at_once(client):
    _, published = factories.make_published_survey()
    assignment = factories.take_part(published, items=1)
    leave = reverse("leave", args=[token_for(assignment.code)])
    assert "Stop and delete my answers" in client.get(leave).content.decode()
    reply = client.post(leave, {"answers": "delete"})
    assert "Your answers are deleted" in reply.content.decode()
    assignment.refresh_from_db()
    assert (assignment.state, assignment.place.state) == ("withdrawn", "open")
    assert not Answer.objects.exists()
    page = client.get(reverse("take", args=[token_for(assignment.code)])).content.decode()
    assert "Your answers are deleted" in page
    assert client.get(reverse("join", args=[published.keys[0]])).status_code == 303


def test_whoever_has_stopped_may_still_have_them_deleted(client):
    _, published = factories.make_published_survey()
    assignment = factories.take_part(published, items=1)
    leave = reverse("leave", args=[token_for(assignment.code)])
    stopped = client.post(leave, {"answers": "keep", "reason": "my bus came"}).content.decode()
    assert "You gave this back" in stopped
    assert leave in stopped
    other = factories.take_part(published, 2, items=1)
    assert "Delete your answers, too?" in client.get(leave).content.decode()
    client.post(leave, {"answers": "delete"})
    assert list(Answer.objects.values_list("assignment", flat=True)) == [other.pk]
    assert other.place.state == Place.State.HELD, "somebody else holds that place now"
    assert not assignment.events.filter(detail__reason="my bus came").exists()


def test_leaving_after_the_end_deletes_nothing(client, finished):
    reply = client.post(reverse("leave", args=[token_for(finished.code)]), {"answers": "delete"})
    assert reply.status_code == 409
    assert finished.answers.count() == 2


def test_what_still_comes_from_an_open_page_is_refused(finished):
    privacy.withdraw(code=finished.code)
    given = answers.Given(position=1, question="satisfaction", value=3, key=uuid.uuid4())
    with pytest.raises(ConflictError):
        answers.record(code=finished.code, given=given)
    with pytest.raises(ConflictError):
        assignments.submit(code=finished.code)
    assert assignments.give_back(code=finished.code).state == "withdrawn"
    assert assignments.heartbeat(code=finished.code).holds_place is False
    assert not finished.answers.exists()
