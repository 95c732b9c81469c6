"""No log holds a secret path or an address."""

from __future__ import annotations

import logging
import socket

import httpx
import pytest

from config.redaction import RedactTokens, redact
from surveys.services.keys import token_for
from tests.servers import Server
from tests.surveys import factories


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("GET /take/a-1:x:y/answers/ HTTP/1.1", "GET /take/…/answers/ HTTP/1.1"),
        ("Not Found: /join/secret-key/", "Not Found: /join/…/"),
        ("/take//abc/", "/take//…/"),
        ("/enter/abc?next=/", "/enter/…?…"),
        ("GET /join/key/?PROLIFIC_PID=5f1e&x=1 HTTP/1.1", "GET /join/…/?… HTTP/1.1"),
        ("Invalid request from ip=203.0.113.7: bad", "Invalid request from ip=… bad"),
        ("/pictures/ab.webp", "/pictures/ab.webp"),
    ],
)
def test_secret_parts_become_an_ellipsis(text, redacted):
    assert redact(text) == redacted


def test_arguments_and_tracebacks_are_redacted_too():
    try:
        raise ValueError("/take/secret/")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "at %s", ("/join/secret/",), info)
    assert RedactTokens().filter(record)
    text = logging.Formatter().format(record)
    assert "secret/" not in text.replace('raise ValueError("/take/…/")', "")
    assert "/join/…/" in text


def test_the_servers_logs_hold_neither_token_nor_address(database_url, settings, tmp_path):
    _, published = factories.make_published_survey()
    started = factories.take_part(published, 1, finish=False, items=0)
    token = token_for(started.code)
    log = tmp_path / "access.log"
    with Server(database_url, settings.MEDIA_ROOT, log) as site:
        with httpx.Client(base_url=site.url, trust_env=False, timeout=60) as client:
            assert client.get(f"/take/{token}/").status_code == 200
            assert client.get(f"/take/{token}x/").status_code == 404
        for request in (f"GET /take/{token}/ NONSENSE\r\n\r\n", "\x00\x01\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
                raw.sendall(request.encode())
                raw.recv(1000)
        site.stop()
    said = log.read_text() + log.with_suffix(".errors").read_text()
    assert "/take/…/" in said
    assert token not in said
    assert published.keys[0] not in said
    assert "127.0.0.1" not in said.replace(f"http://127.0.0.1:{site.port}", "")
