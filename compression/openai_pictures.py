"""The picture in an answer of OpenAI's image endpoint: inside it, or behind an address that may be fetched."""

import base64
import binascii
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from compression import openai_client
from compression.openai_client import CONNECT_SECONDS, MAX_ANSWER_BYTES
from compression.openai_connection import Connection, host_of, seconds_for
from compression.paid import CallFailed, Reply

PORTS = {"http": 80, "https": 443}
ASK_AGAIN = "look at the answer in the journal; to pay for another, build with --retry-failed"


@dataclass(frozen=True, slots=True)
class Found:
    """A picture file, and what the service did to the words."""

    data: bytes
    notes: tuple[str, ...]


def picture_of(connection: Connection, reply: Reply) -> Found:
    """Return the picture file of a reply, not yet decoded.

    Raises
    ------
    CallFailed
        With outcome ``unusable`` when there is none, or when it may not or cannot be fetched.
    """
    rows = openai_client.content(reply).get("data")
    row = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(row, dict):
        raise _unusable(reply, "The answer has no picture")
    return Found(_data(connection, reply, row), _notes(row))


def _data(connection: Connection, reply: Reply, row: Mapping[str, Any]) -> bytes:
    inside, address = row.get("b64_json"), row.get("url")
    if isinstance(inside, str) and inside:
        return _decoded(reply, inside)
    if isinstance(address, str) and address.startswith("data:"):
        return _decoded(reply, address)
    if isinstance(address, str) and address:
        return _fetched(connection, reply, address)
    raise _unusable(reply, "The answer has no picture")


def _decoded(reply: Reply, text: str) -> bytes:
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unusable(reply, "The answer's picture is no base64") from error


def _fetched(connection: Connection, reply: Reply, address: str) -> bytes:
    if not _may_be_fetched(connection, address):
        message = f"The answer's picture is at another host ({_host(address)})"
        remedy = "if you trust that host, name it in TWICETOLD_OPENAI_PICTURE_HOSTS and build with --retry-failed"
        raise CallFailed(message, remedy, outcome="unusable", reply=reply)
    timeout = httpx.Timeout(seconds_for("image"), connect=CONNECT_SECONDS)
    try:
        with httpx.stream("GET", address, follow_redirects=False, timeout=timeout) as response:
            if response.status_code != 200:
                raise _unusable(reply, f"The answer's picture cannot be fetched ({response.status_code})")
            return _within_limits(response, reply)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unusable(reply, f"The answer's picture cannot be fetched ({type(error).__name__})") from error


def _within_limits(response: httpx.Response, reply: Reply) -> bytes:
    end, data = time.monotonic() + seconds_for("image"), bytearray()
    for part in response.iter_bytes():
        data += part
        if len(data) > MAX_ANSWER_BYTES or time.monotonic() > end:
            raise _unusable(reply, "The answer's picture is too large, or too slow to come")
    return bytes(data)


def _may_be_fetched(connection: Connection, address: str) -> bool:
    """Tell whether an address is at the server itself, or at a host that the deployment allows (by https)."""
    try:
        its, ours = _origin(address), _origin(connection.base_url)
    except ValueError:
        return False
    return its == ours or (its[0] == "https" and its[1] in connection.picture_hosts)


def _host(address: str) -> str:
    try:
        return host_of(address)[:100] or urlsplit(address).scheme
    except ValueError:
        return "no address"


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)


def _notes(row: Mapping[str, Any]) -> tuple[str, ...]:
    revised = row.get("revised_prompt")
    return (f"the service rewrote the words: {revised}",) if isinstance(revised, str) and revised else ()


def _unusable(reply: Reply, message: str) -> CallFailed:
    return CallFailed(message, ASK_AGAIN, outcome="unusable", reply=reply)
