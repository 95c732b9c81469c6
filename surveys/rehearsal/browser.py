"""A browser as far as our pages need one: it follows redirections, posts forms, and is patient."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import httpx

from surveys.rehearsal import pages
from surveys.rehearsal.pages import Form, Page

USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
WIDTH, HEIGHT = 1920, 1080
PATIENCE_SECONDS = 30.0
_AGAIN = {429, 502, 503}


class PlayError(Exception):
    """A page did what it must not do, or nothing; the message says which and what."""


@dataclass(frozen=True)
class Shown:
    """A page that came, from where, and with which status."""

    url: str
    status: int
    page: Page
    text: str = field(repr=False)


class Browser:
    """One person's browser; a context. It keeps no cookies, as our pages set none."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._seen: set[str] = set()
        self._client = httpx.Client(timeout=30, trust_env=False, headers={"User-Agent": USER_AGENT})

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def open(self, url: str) -> Shown:
        """Open an address and follow where it leads."""
        return _shown(self._request("GET", url, follow_redirects=True))

    def send(self, shown: Shown, form: Form, more: Mapping[str, str] | None = None) -> Shown:
        """Send a form of a page, filled in further, and follow where it leads."""
        return self.post(urljoin(shown.url, form.action or shown.url), {**form.fields, **(more or {})})

    def post(self, url: str, fields: Mapping[str, str]) -> Shown:
        """Post fields as a form does, and follow where it leads."""
        return _shown(self._request("POST", url, data=dict(fields), follow_redirects=True))

    def call(self, url: str, data: Any = None) -> Any:
        """Post JSON as a page's script does, and return the JSON that comes back.

        Raises
        ------
        PlayError
            It was refused.
        """
        reply = self._request("POST", url, json=data, headers={"Accept": "application/json"})
        if reply.status_code != httpx.codes.OK:
            raise PlayError(f"The site refused what its page sent ({reply.status_code}): {_words(reply)}")
        return reply.json()

    def look_at(self, url: str) -> None:
        """Fetch a picture, unless it was seen before.

        Raises
        ------
        PlayError
            It does not come.
        """
        if url in self._seen:
            return
        reply = self._request("GET", url)
        if reply.status_code != httpx.codes.OK or not reply.headers.get("content-type", "").startswith("image/"):
            raise PlayError(f"A picture did not come ({reply.status_code}): {httpx.URL(url).path}")
        self._seen.add(url)

    def _request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send a request; a server that is away or too busy is asked again for a while."""
        until, pause = time.monotonic() + self._patience, 0.1
        while True:
            try:
                reply = self._client.request(method, url, **options)
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise PlayError(f"{httpx.URL(url).netloc.decode()} does not answer ({error})") from error
            else:
                if reply.status_code not in _AGAIN or time.monotonic() > until:
                    return reply
            time.sleep(pause)
            pause = min(pause * 1.7, 2.0)


def _shown(reply: httpx.Response) -> Shown:
    return Shown(str(reply.url), reply.status_code, pages.read(reply.text), reply.text)


def _words(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"])
    except (ValueError, KeyError, TypeError):
        return pages.read(reply.text).title or reply.reason_phrase
