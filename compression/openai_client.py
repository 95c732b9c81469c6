"""One request to a server that speaks OpenAI's protocol: sent once, read within limits, every failure named.

A key that is a secret is cut out of whatever comes back, so that nothing that is kept or shown can have it.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from compression import openai_errors
from compression.openai_connection import Connection, clean, seconds_for
from compression.paid import POSSIBLY_BILLED, CallFailed, Kind, Reply

if TYPE_CHECKING:
    import ssl

    import openai

CONNECT_SECONDS = 10.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024
AGAIN = "when it is mended, build with --retry-failed"


def post(connection: Connection, kind: Kind, request: Mapping[str, Any], extra: Mapping[str, Any]) -> Reply:
    """Make one request and return what came back, not yet looked into (``result`` is empty).

    Parameters
    ----------
    request
        The parameters that the protocol wants.
    extra
        Those that the study sets beside them; nothing else is sent.

    Raises
    ------
    CallFailed
        With what became of the request; an answer that is not a JSON object counts as possibly billed.
    """
    seconds = seconds_for(kind)
    with (
        openai_errors.named(connection.without_key),
        client_of(connection, seconds) as client,
        _sender(client, kind)(**request, extra_body=dict(extra)) as response,
    ):
        body = _read(response.iter_bytes(), seconds)
        request_id = str(response.headers.get("x-request-id", ""))
    return reply_of(connection.body_without_key(body), connection.without_key(request_id)[:200])


def content(reply: Reply) -> dict[str, Any]:
    """Return the JSON object of a reply."""
    found: dict[str, Any] = _clean(json.loads(reply.body))
    return found


@contextmanager
def client_of(connection: Connection, seconds: float) -> "Iterator[openai.OpenAI]":
    """Lend a client that sends each request once, follows no redirect, and waits no longer than it may."""
    import httpx2
    import openai

    timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    transport = httpx2.Client(  # a redirect would carry the picture elsewhere
        timeout=timeout, follow_redirects=False, verify=_certificates()
    )
    with openai.OpenAI(
        api_key=connection.key, base_url=connection.base_url, max_retries=0, timeout=timeout, http_client=transport
    ) as client:
        yield client


@cache
def _certificates() -> "ssl.SSLContext":
    """Return the machine's certificates, which take long to read."""
    import httpx2

    return httpx2.create_ssl_context()


def _sender(client: "openai.OpenAI", kind: Kind) -> Any:
    if kind == "chat":
        return client.chat.completions.with_streaming_response.create
    return client.images.with_streaming_response.generate


def _read(parts: Iterator[bytes], seconds: float) -> bytes:
    """Return the whole body, unless it is too large, or trickles in for longer than the call may take."""
    end, body = time.monotonic() + seconds, bytearray()
    for part in parts:
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            raise _possibly_billed(f"the answer has over {MAX_ANSWER_BYTES // 2**20} MiB")
        if time.monotonic() > end:
            raise _possibly_billed(f"the answer was not complete after {seconds:g} seconds")
    return bytes(body)


def reply_of(body: bytes, request_id: str) -> Reply:
    """Return a reply from its body; raise :class:`CallFailed` unless that is a JSON object without an error."""
    reply = Reply(body, b"", request_id=request_id)
    try:
        found = _clean(json.loads(body, parse_constant=_refuse))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        what = "a web page (HTML)" if body.lstrip()[:1] == b"<" else "nothing" if not body.strip() else "broken JSON"
        raise _possibly_billed(f"the server answered {what}", reply)
    if found.get("error"):
        raise CallFailed(
            f"The server answered an error: {_message(found['error'])}", AGAIN, outcome="unusable", reply=reply
        )
    return Reply(body, b"", str(found.get("model") or "")[:200], request_id, _counts(found.get("usage")))


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {clean(name): _clean(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return clean(value) if isinstance(value, str) else value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _counts(usage: Any) -> dict[str, Any]:
    """Return the whole numbers of a usage, also of its parts."""
    if not isinstance(usage, dict):
        return {}
    parts = {name: _counts(value) if isinstance(value, dict) else value for name, value in usage.items()}
    return {name: value for name, value in parts.items() if value and isinstance(value, int | dict)}


def _message(error: Any) -> str:
    said = error.get("message") if isinstance(error, dict) else error
    return str(said)[:500]


def _possibly_billed(what: str, reply: Reply | None = None) -> CallFailed:
    return CallFailed(f"Possibly billed: {what}", POSSIBLY_BILLED, outcome="unknown", reply=reply)
