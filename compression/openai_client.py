"""One request to a server that speaks OpenAI's protocol: sent once, read within limits, every failure named.

Address and key come from the environment alone. The key is cut out of whatever comes back, so that nothing that is
kept or shown can have it.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from compression import openai_errors
from compression.errors import StopRun
from compression.paid import POSSIBLY_BILLED, CallFailed, Kind, Reply

if TYPE_CHECKING:
    import ssl

    import openai

OPENAI = "https://api.openai.com/v1"
CONNECT_SECONDS = 10.0
TIMEOUT_SECONDS: Mapping[Kind, float] = {"chat": 60.0, "image": 300.0}
MAX_ANSWER_BYTES = 64 * 1024 * 1024
CUT_OUT = "[key]"


@dataclass(frozen=True, slots=True)
class Connection:
    """Where calls go, and the key that they are made with."""

    base_url: str
    key: str = field(repr=False)
    picture_hosts: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls) -> "Connection":
        """Read TWICETOLD_OPENAI_BASE_URL and TWICETOLD_OPENAI_API_KEY, or OpenAI's own names of them.

        Raises
        ------
        StopRun
            When there is no key, or the address is none.
        """
        key = (os.environ.get("TWICETOLD_OPENAI_API_KEY") or os.environ.get("OPENAI_API_KEY") or "").strip()
        if not key or not key.isascii() or not key.isprintable():
            raise StopRun(
                "There is no usable key for the OpenAI-compatible server",
                "set TWICETOLD_OPENAI_API_KEY; any word will do where the server wants none",
            )
        hosts = os.environ.get("TWICETOLD_OPENAI_PICTURE_HOSTS", "").split(",")
        return cls(base_url(), key, tuple(host.strip().lower() for host in hosts if host.strip()))

    @property
    def host(self) -> str:
        """Host and port, without user names or paths."""
        return host_of(self.base_url)

    def without_key(self, text: str) -> str:
        """Return a text without the key."""
        return text.replace(self.key, CUT_OUT)


def base_url() -> str:
    """Return the address of the server; raise :class:`StopRun` when it is none."""
    found = os.environ.get("TWICETOLD_OPENAI_BASE_URL") or os.environ.get("OPENAI_BASE_URL") or OPENAI
    parts = urlsplit(found)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise StopRun(
            "The address of the OpenAI-compatible server is none",
            "set TWICETOLD_OPENAI_BASE_URL to something like http://127.0.0.1:11434/v1",
        )
    return found


def host_of(url: str) -> str:
    """Return host and port of an address, without user names or paths."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


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
    seconds = TIMEOUT_SECONDS[kind]
    with (
        openai_errors.named(connection.without_key),
        _client(connection, seconds) as client,
        _sender(client, kind)(**request, extra_body=dict(extra)) as response,
    ):
        body = _read(response.iter_bytes(), seconds)
        request_id = str(response.headers.get("x-request-id", ""))
    safe = body.replace(connection.key.encode(), CUT_OUT.encode())
    return _reply(safe, connection.without_key(request_id)[:200])


def content(reply: Reply) -> dict[str, Any]:
    """Return the JSON object of a reply."""
    found: dict[str, Any] = json.loads(reply.body)
    return found


def models(connection: Connection) -> list[dict[str, Any]]:
    """Return the server's models, each with ``id`` and, where it is announced, ``shutdown_date``; sorted by id.

    Raises
    ------
    CallFailed, StopRun
        When the server gives no such list.
    """
    with openai_errors.named(connection.without_key), _client(connection, CONNECT_SECONDS) as client:
        listed = client.models.with_raw_response.list().http_response.content
    data = _reply(listed, "")
    rows = content(data).get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise CallFailed(f"{connection.host} gives no list of models", "check its address", outcome="rejected")
    wanted = ("id", "shutdown_date")
    found = [{name: row[name] for name in wanted if row.get(name) is not None} for row in rows]
    return sorted(found, key=lambda row: str(row["id"]))


def check(model: str) -> str:
    """Say that the server lists a model, and when it ends; one small request that costs nothing.

    Raises
    ------
    CallFailed, StopRun
        When the server does not list it, or gives no list.
    """
    connection = Connection.from_environment()
    found = next((row for row in models(connection) if row["id"] == model), None)
    if found is None:
        raise CallFailed(f"{connection.host} does not list {model}", "name one that it lists", outcome="rejected")
    ends = f", until {found['shutdown_date']}" if "shutdown_date" in found else ""
    return f"{connection.host} lists {model}{ends}"


@contextmanager
def _client(connection: Connection, seconds: float) -> "Iterator[openai.OpenAI]":
    import httpx2
    import openai

    timeout = httpx2.Timeout(seconds, connect=CONNECT_SECONDS)
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
            raise _possibly_billed(f"the answer was not complete after {seconds:.0f} seconds")
    return bytes(body)


def _reply(body: bytes, request_id: str) -> Reply:
    reply = Reply(body, b"", request_id=request_id)
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        what = "a web page (HTML)" if body.lstrip()[:1] == b"<" else "nothing" if not body.strip() else "broken JSON"
        raise _possibly_billed(f"the server answered {what}", reply)
    usage = found.get("usage")
    return Reply(body, b"", str(found.get("model") or ""), request_id, usage if isinstance(usage, dict) else {})


def _possibly_billed(what: str, reply: Reply | None = None) -> CallFailed:
    return CallFailed(f"Possibly billed: {what}", POSSIBLY_BILLED, outcome="unknown", reply=reply)
