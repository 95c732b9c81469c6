"""Forged, expired, foreign and replayed: each is refused in words, and nothing is written."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.urls import reverse

from surveys.models import Answer, Assignment, Event, Place
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db
SCRIPTS = ("answers", "heartbeat", "finish", "screen-out")
PAGES = ("take", "done", "leave")
MONTH = 31 * 86400


@pytest.fixture
def two() -> list[Assignment]:
    """Two people at work, each with a place and one answer."""
    _, published = factories.make_published_survey()
    return [factories.take_part(published, number, items=1, finish=False) for number in (1, 2)]


def state() -> list[Any]:
    """Return all that a request could change."""
    return [list(model.objects.order_by("pk").values()) for model in (Assignment, Answer, Event, Place)]


def given(**more: Any) -> str:
    return json.dumps({"position": 2, "question": "satisfaction", "value": 9, "key": str(uuid.uuid4())} | more)


def send(client: Any, name: str, token: str) -> Any:
    return client.post(
        reverse(name, args=[token]),
        given(),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def swapped(one: Assignment, other: Assignment) -> str:
    """Sign for one, name the other."""
    return ":".join([other.code, *token_for(one.code).split(":")[1:]])


FORGED: dict[str, Callable[[Assignment, Assignment], str]] = {
    "the code alone": lambda one, _: one.code,
    "no signature": lambda one, _: f"{one.code}::",
    "another's signature": swapped,
    "a letter less": lambda one, _: token_for(one.code)[:-1],
    "another time": lambda one, _: ":".join([one.code, "zzzzzz", token_for(one.code).split(":")[2]]),
    "another key": lambda one, _: signing.TimestampSigner(key="guessed", salt="surveys.assignment").sign(one.code),
    "another purpose": lambda one, _: signing.TimestampSigner(salt="surveys.tryout").sign(one.code),
    "letters of no alphabet": lambda one, _: f"{token_for(one.code)}\u2028\u0000'\"<b>",
    "nobody's": lambda *_: token_for("a-000000000000"),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_opens_nothing_and_writes_nothing(client, two, forge):
    token, before = forge(*two), state()
    for name in SCRIPTS:
        reply = send(client, name, token)
        assert reply.status_code == 404, name
        assert "invitation link" in reply.json()["error"]
    for name in PAGES:
        reply = client.get(reverse(name, args=[token]))
        assert reply.status_code == 404, name
        assert "We don&#x27;t know this link" in reply.content.decode()
    for data in ({"answers": "delete"}, {"reason": "x"}):
        assert client.post(reverse("leave", args=[token]), data).status_code == 404
    assert client.post(reverse("comment", args=[token]), {"comment": "x"}).status_code == 404
    assert state() == before


def test_an_expired_token_says_where_to_go_on_and_writes_nothing(client, two):
    with mock.patch("time.time", return_value=time.time() - MONTH):
        token = token_for(two[0].code)
    before = state()
    for name in SCRIPTS:
        reply = send(client, name, token)
        assert reply.status_code == 410, name
        assert "Open your invitation link again" in reply.json()["error"]
    for name in PAGES:
        reply = client.get(reverse(name, args=[token]))
        assert (reply.status_code, "Open your invitation link again" in reply.content.decode()) == (410, True)
    assert client.post(reverse("leave", args=[token]), {"answers": "delete"}).status_code == 410
    assert state() == before


def test_a_token_reaches_its_own_assignment_alone(client, two):
    one, other = two
    other_answers = list(other.answers.values())
    assert send(client, "answers", token_for(one.code)).status_code == 200
    assert one.answers.count() == 2
    assert list(other.answers.values()) == other_answers


def test_a_request_replayed_with_anothers_token_never_shows_or_changes_their_answer(client, two):
    one, other = two
    body = given()
    urls = [reverse("answers", args=[token_for(each.code)]) for each in two]
    first, again, elsewhere = (
        client.post(url, body, content_type="application/json").json()["receipt"] for url in (urls[0], urls[0], urls[1])
    )
    assert first == again != elsewhere
    assert [one.answers.count(), other.answers.count()] == [2, 2]


@pytest.mark.parametrize("change", [{"value": 3}, {"position": 1}, {"skipped": True, "value": None, "reason": "upset"}])
def test_a_key_replayed_for_something_else_is_refused(client, two, change):
    url, key = reverse("answers", args=[token_for(two[0].code)]), str(uuid.uuid4())
    assert client.post(url, given(key=key), content_type="application/json").status_code == 200
    before = state()
    reply = client.post(url, given(key=key, **change), content_type="application/json")
    assert (reply.status_code, "choose a new one" in reply.json()["error"]) == (409, True)
    assert state() == before


def test_what_is_replayed_after_the_end_changes_nothing(client, two):
    code = two[0].code
    body, url = given(), reverse("answers", args=[token_for(code)])
    first = client.post(url, body, content_type="application/json").json()
    assert send(client, "finish", token_for(code)).status_code == 200
    before = state()
    assert client.post(url, body, content_type="application/json").json()["receipt"] == first["receipt"]
    reply = client.post(url, given(value=2), content_type="application/json")
    assert (reply.status_code, "takes no more answers" in reply.json()["error"]) == (409, True)
    assert send(client, "finish", token_for(code)).status_code == 200
    assert state() == before
