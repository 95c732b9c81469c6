"""Deliveries: proven, fresh, small and well-formed, or refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.panels.base import PanelRefused, State
from surveys.panels.prolific.webhook import MOST_BYTES, Change, receive, sign, verify
from tests.panels.prolific.conftest import ANNE, COMPLETE, REASON, TODAY

SECRET, NOW = "a-secret", 1_790_000_000.0
EVENT = {
    "resource_id": "5d" * 12,
    "event_type": "submission.status.change",
    "participant_id": ANNE,
    "status": "AWAITING REVIEW",
}


def delivery(event=EVENT, *, secret=SECRET, at=NOW, **headers):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    stamp = str(int(at))
    return {
        "X-Prolific-Request-Timestamp": stamp,
        "X-Prolific-Request-Signature": sign(body, stamp, secret),
        **headers,
    }, body


def test_a_change_is_read():
    headers, body = delivery(**{"X-Event-ID": "e-1"})
    assert receive(headers, body, SECRET, now=NOW) == Change("5d" * 12, State.SUBMITTED, event="e-1")
    lower = {name.lower(): value for name, value in headers.items()}
    assert receive(lower, body, SECRET, now=NOW + 299).submission == "5d" * 12
    assert ANNE not in repr(receive(headers, body, SECRET, now=NOW))


def test_the_signature_is_the_documented_one():
    body, stamp = b'{"a": 1}', "1790000000"
    digest = hmac.new(SECRET.encode(), b'1790000000{"a": 1}', hashlib.sha256).digest()
    assert sign(body, stamp, SECRET) == base64.b64encode(digest).decode()


def test_a_study_that_is_named_is_kept():
    headers, body = delivery({**EVENT, "study_id": "5e" * 12})
    assert receive(headers, body, SECRET, now=NOW).study == "5e" * 12


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({}, b"{}", "unsigned"),
        ({**delivery()[0], "X-Prolific-Request-Signature": ""}, delivery()[1], "unsigned"),
        ({**delivery()[0], "X-Prolific-Request-Timestamp": "yesterday"}, delivery()[1], "unsigned"),
        ({**delivery()[0], "X-Prolific-Request-Timestamp": "1790000001"}, delivery()[1], "signature"),
        ({**delivery()[0], "X-Prolific-Request-Signature": "ü\udc80"}, delivery()[1], "signature"),
        (delivery()[0], delivery()[1] + b" ", "signature"),
        (*delivery(secret="another"), "signature"),
        (*delivery(at=NOW - 301), "stale"),
        (*delivery(at=NOW + 301), "stale"),
        (*delivery(b"{" + b" " * MOST_BYTES + b"}"), "size"),
        (*delivery(b"no json"), "json"),
        (*delivery(b"\xff"), "json"),
        (*delivery(b"[" * 9000), "json"),
        (*delivery([1]), "json"),
        (*delivery({**EVENT, "event_type": "study.status.change"}), "event type"),
        (*delivery({**EVENT, "event_type": None}), "event type"),
        (*delivery({**EVENT, "resource_id": "../x"}), "fields"),
        (*delivery({**EVENT, "resource_id": 7}), "fields"),
        (*delivery({**EVENT, "status": None}), "fields"),
        (*delivery({**EVENT, "status": "FLYING"}), "status"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_words(headers, body, code):
    with pytest.raises(PanelRefused, match="PROLIFIC_WEBHOOK_SECRET") as refused:
        receive(headers, body, SECRET, now=NOW)
    assert refused.value.code == code
    assert ANNE not in str(refused.value)


def test_without_a_secret_nothing_is_believed():
    headers, body = delivery(secret="")
    with pytest.raises(PanelRefused, match="No secret"):
        verify(headers, body, "", now=NOW)


@given(st.binary(max_size=300))
def test_no_body_breaks_the_reading(body):
    headers, body = delivery(body)
    with pytest.raises(PanelRefused):
        receive(headers, body, SECRET, now=NOW)


class Site(HTTPServer):
    """A site that remembers what it heard."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.heard: list[Change] = []


class Receiver(BaseHTTPRequestHandler):
    """What a site does with deliveries."""

    server: Site

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(receive(dict(self.headers), body, SECRET, now=time.time()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format, *args):
        pass


@pytest.fixture
def receiver():
    server = Site()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_simulator_tells_of_each_change_in_order(receiver, panel, journal, published, simulator, site):
    simulator.hooks.subscribe(f"http://127.0.0.1:{receiver.server_address[1]}/hook", SECRET)
    one = site.take(published[1].reference, ANNE)
    site.complete(ANNE, COMPLETE)
    (submission,) = panel.status([published[1].reference], on=TODAY)[0].submissions
    panel.reject(submission, REASON, category="OTHER", token="r", journal=journal)
    panel.unreject(submission, "so", token="u", journal=journal)
    simulator.hooks.wait()
    assert [heard.state for heard in receiver.heard] == [
        State.ACTIVE, State.SUBMITTED, State.REJECTED, State.SUBMITTED, State.APPROVED,
    ]  # fmt: skip
    assert {heard.submission for heard in receiver.heard} == {one.id}
    assert len({heard.event for heard in receiver.heard}) == 5
    assert simulator.hooks.answers == [204] * 5


def test_nobody_at_the_other_end_is_no_reason_to_stop(simulator, published, site):
    simulator.hooks.subscribe("http://127.0.0.1:1/hook", SECRET)
    site.take(published[1].reference, ANNE)
    simulator.hooks.wait()
    assert simulator.hooks.answers == [0]
