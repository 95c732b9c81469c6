"""Where calls go and the key that they are made with, from the environment alone."""

import json
import os
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from compression.errors import StopRun
from compression.paid import Kind

OPENAI = "https://api.openai.com/v1"
CUT_OUT = "[key]"
SHORTEST_SECRET = 16  # characters; a shorter key is no secret, and may be a word of the answer
LONGEST_SECONDS = 3600
NO_CHARACTER = re.compile("[\ud800-\udfff\0]")


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
        """Return a text without the key, and without what no file or database takes for text."""
        return self._cut(clean(text))

    def body_without_key(self, body: bytes) -> bytes:
        """Return a body as it came, unless the key is in it, written out or escaped as JSON has it."""
        return self._cut(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _cut(self, text: str) -> str:
        if len(self.key) < SHORTEST_SECRET:
            return text
        text = text.replace(self.key, CUT_OUT)
        try:
            found = json.loads(text)
            safe = _replaced(found, self.key)
        except (ValueError, RecursionError):
            return text
        return text if safe == found else json.dumps(safe)


def _replaced(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name.replace(key, CUT_OUT): _replaced(inner, key) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, key) for inner in value]
    return value.replace(key, CUT_OUT) if isinstance(value, str) else value


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


def clean(text: str) -> str:
    """Return a text with U+FFFD for each character that is none: halves of surrogate pairs, and NUL."""
    return NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)


def host_of(url: str) -> str:
    """Return host and port of an address, without user names or paths."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def seconds_for(kind: Kind) -> float:
    """Return how long a call may take in all; raise :class:`StopRun` when the environment says nothing sensible."""
    text = {
        "chat": os.environ.get("TWICETOLD_OPENAI_CHAT_SECONDS", "60"),
        "image": os.environ.get("TWICETOLD_OPENAI_IMAGE_SECONDS", "300"),
    }[kind]
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_SECONDS:
        name = f"TWICETOLD_OPENAI_{kind.upper()}_SECONDS"
        raise StopRun(f"{name} is {text}", f"set it to seconds, {LONGEST_SECONDS} at most, or leave it away")
    return seconds
