"""What a request gets while the database is down, busy or full: words, never a stack trace."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.urls import reverse

from surveys.models import Answer
from surveys.services.keys import token_for
from tests.surveys import factories

pytestmark = pytest.mark.django_db


def failing(error: Exception):
    """Let every statement fail as it does while the database is away."""

    def fail(*_):
        raise error

    return connection.execute_wrapper(fail)


@pytest.fixture
def token() -> str:
    _, published = factories.make_published_survey()
    return token_for(factories.take_part(published, 1, items=1).code)


@pytest.mark.parametrize("error", [OperationalError("the server closed the connection"), InterfaceError("closed")])
@pytest.mark.parametrize("name", ["answers", "heartbeat", "finish", "screen-out"])
def test_a_script_is_told_in_json_to_try_again(client, token, name, error):
    body = json.dumps({"position": 2, "question": "satisfaction", "value": 3, "key": str(uuid.uuid4())})
    with failing(error):
        reply = client.post(
            reverse(name, args=[token]), body, content_type="application/json", headers={"accept": "application/json"}
        )
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert "try again" in reply.json()["error"]
    assert "closed" not in reply.content.decode()


@pytest.mark.parametrize("name", ["take", "done", "leave"])
def test_a_page_says_so_and_offers_to_try_again(client, token, name):
    url = reverse(name, args=[token])
    with failing(OperationalError("connection refused")):
        reply = client.get(url)
    text = reply.content.decode()
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in reply.headers["Content-Security-Policy"]
    assert f'href="{url}"' in text
    assert "connection refused" not in text


def test_joining_says_so_and_takes_no_place(client):
    survey, published = factories.make_published_survey()
    with failing(OperationalError("starting up")):
        reply = client.post(reverse("join", args=[published.keys[0]]), {"consent": "yes"})
    assert reply.status_code == 503
    assert not survey.places.exclude(state="open").exists()


def test_a_fault_of_ours_is_still_an_error(client, token):
    client.raise_request_exception = False
    with failing(ProgrammingError("no such column")):
        assert client.get(reverse("take", args=[token])).status_code == 500


def refuse_rows(execute, sql, params, many, context):
    if sql.startswith("INSERT"):
        raise OperationalError("could not extend file: No space left on device")
    return execute(sql, params, many, context)


@contextmanager
def no_more_room():
    """Let SQLite's file grow no further, as on a full disk; PostgreSQL's answer to one is made up."""
    if connection.vendor != "sqlite":
        with connection.execute_wrapper(refuse_rows):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that other tests' rows left free would be room
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA max_page_count")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {before}")


def test_without_room_answers_are_refused_and_what_was_acknowledged_is_there(client, transactional_db):
    _, published = factories.make_published_survey()
    code = factories.take_part(published, 1, items=0, finish=False).code
    url = reverse("answers", args=[token_for(code)])
    receipts: list[str] = []
    refused = 0

    def answer():
        data = {"position": 1, "question": "satisfaction", "value": len(receipts) % 10 + 1, "key": str(uuid.uuid4())}
        reply = client.post(url, json.dumps(data), content_type="application/json")
        if reply.status_code == 200:
            receipts.append(reply.json()["receipt"])
        return reply.status_code

    with no_more_room():
        for _ in range(400):
            refused += answer() == 503
            if refused == 3:
                break
    assert refused == 3
    assert sorted(receipts) == sorted(Answer.objects.values_list("receipt", flat=True))
    assert answer() == 200


def test_a_missing_table_is_no_passing_trouble(client, token):
    client.raise_request_exception = False

    def misspell(execute, sql, params, many, context):
        return execute("SELECT * FROM there_is_no_such_table", (), many, context)

    with connection.execute_wrapper(misspell):
        assert client.get(reverse("take", args=[token])).status_code == 500
