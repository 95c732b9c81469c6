"""The last page: what the study tells at the end, and a comment that the experimenter reads on the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from surveys.models import Assignment
from surveys.selectors import tables
from surveys.services import privacy
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(ada) -> Assignment:
    definition = {
        "consent": factories.CONSENT,
        "panel": {"links": "invitation"},
        "debrief": {"text": "Some pictures were made <i>from words</i>.\n\nThank you."},
    }
    _, published = factories.make_published_survey(factories.make_study(owner=ada, definition=definition))
    factories.take_part(published, 2, items=1)
    return factories.take_part(published, 1)


def url(name: str, assignment: Assignment) -> str:
    return reverse(name, args=[token_for(assignment.code)])


def comment(client: Any, assignment: Assignment, text: str) -> str:
    reply = client.post(url("comment", assignment), {"comment": text}, follow=True)
    assert reply.redirect_chain[0][1] in (302, 303)
    assignment.refresh_from_db()
    page: str = reply.content.decode()
    return page


def test_the_study_tells_at_the_end_what_it_was_about(client, finished):
    page = client.get(url("done", finished)).content.decode()
    assert "What this was about" in page
    assert "<p>Some pictures were made &lt;i&gt;from words&lt;/i&gt;.</p>" in page
    assert finished.receipt_code in page


def test_a_comment_is_kept_may_be_changed_and_taken_back(client, finished):
    assert "Your comment is saved" in comment(client, finished, "  The boats were odd.\r\nAll of them. ")
    assert finished.comment == "The boats were odd.\nAll of them."
    assert "Your comment is saved" not in comment(client, finished, " ")
    assert finished.comment == ""


@pytest.mark.parametrize("text", ["x" * 50_000, "\x00nul", "=HYPERLINK(1)", "</textarea><script>alert(1)</script>"])
def test_a_comment_is_inert_wherever_it_is_read(client, ada, finished, text):
    assert "<script>alert" not in comment(client, finished, text)
    assert len(finished.comment) <= 2000
    client.force_login(ada)
    desk = client.get(reverse("desk:watch", args=[finished.participant.study.slug])).content.decode()
    assert "1 person wrote something" in desk
    assert "<script>alert" not in desk
    everything = str(
        [tables.assignments(finished.participant.study), *tables.all_responses(finished.participant.study)]
    )
    assert finished.comment[:20] not in everything


def test_before_the_end_and_after_taking_the_answers_back_there_is_no_comment(client, finished):
    begun = Assignment.objects.get(state=Assignment.State.STARTED)
    comment(client, begun, "too early")
    assert begun.comment == ""
    comment(client, finished, "soon gone")
    privacy.withdraw(code=finished.code)
    finished.refresh_from_db()
    assert finished.comment == ""
    assert "Your answers are deleted" in comment(client, finished, "too late")
    assert finished.comment == ""


def test_a_comment_needs_the_token(client, finished):
    assert client.post(reverse("comment", args=["forged"]), {"comment": "x"}).status_code == 404
    assert client.get(url("comment", finished)).status_code == 405
