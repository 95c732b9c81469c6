"""Answers come over the wire: everything in them is hostile until it was checked."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db

GOOD = {"position": 1, "question": "satisfaction", "value": 7}


@pytest.fixture
def started():
    _, published = factories.make_published_survey()
    return factories.take_part(published, 1, finish=False, items=0)


def post(client, assignment, data, **change):
    body = data if isinstance(data, (str, bytes)) else json.dumps(data | {"key": str(uuid.uuid4())} | change)
    url = reverse("answers", args=[token_for(assignment.code)])
    return client.post(url, body, content_type="application/json")


def test_a_good_answer_is_acknowledged_with_a_receipt(client, started):
    reply = post(client, started, GOOD, layout="side", seconds=2.5, dpr=2)
    assert reply.status_code == 200
    answer = started.answers.get()
    assert reply.json() == {
        "receipt": answer.receipt, "position": 1, "question": "satisfaction", "value": 7, "skipped": False,
    }  # fmt: skip
    assert (answer.layout, answer.seconds, answer.display) == ("side", 2.5, {"dpr": 2.0})
    assert reply.headers["Cache-Control"] == "no-store"
    assert not reply.cookies


@pytest.mark.parametrize(
    "change",
    [
        {"value": 0},
        {"value": 11},
        {"value": 7.5},
        {"value": "7"},
        {"value": None},
        {"value": True},
        {"position": 0},
        {"position": 99},
        {"position": 10**30},
        {"position": "1"},
        {"question": "colour"},
        {"question": ""},
        {"question": ["satisfaction"]},
        {"key": "not-a-uuid"},
        {"layout": "diagonal"},
        {"seconds": -1},
        {"seconds": "fast"},
        {"dpr": 1e300},
        {"seconds": 10**400},
    ],
)
def test_a_bad_answer_is_refused_in_words_and_nothing_is_stored(client, started, change):
    reply = post(client, started, GOOD, **change)
    assert reply.status_code == 400
    assert len(reply.json()["error"]) > 10
    assert not started.answers.exists()


BEYOND_BOUNDS = ["[" * 100_000, '{"position": ' + "9" * 5_000 + "}"]


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', b"\xff\xfe", '{"seconds": NaN}', *BEYOND_BOUNDS])
def test_a_body_that_is_no_answer_is_refused(client, started, body):
    assert post(client, started, body).status_code == 400
    assert not started.answers.exists()


def test_a_forged_token_is_refused(client, started):
    url = reverse("answers", args=[started.code + ":forged:token"])
    reply = client.post(url, json.dumps(GOOD), content_type="application/json")
    assert reply.status_code == 404
    assert "error" in reply.json()


def test_an_expired_token_says_how_to_go_on(client, started, settings):
    settings.PARTICIPANT_TOKEN_DAYS = -1
    reply = post(client, started, GOOD)
    assert reply.status_code == 410
    assert "invitation link" in reply.json()["error"]


def test_answers_are_taken_by_post_only(client, started):
    assert client.get(reverse("answers", args=[token_for(started.code)])).status_code == 405
