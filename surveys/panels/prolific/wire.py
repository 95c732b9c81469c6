"""httpx behind one door: paced, patient, its replies read strictly and its errors put into words."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from surveys.panels.base import Environment, Pace, PanelError, PanelUnreachable, PanelUnsure
from surveys.panels.prolific.words import Gone, busy, in_words

BASE = "/api/v1"
# What a reply, or an item of a list, must hold to be one.
HOLDS = {
    "retrieve study": ("id", "status", "total_available_places", "reward"),
    "retrieve submission": ("id", "status"),
    "list studies": ("id",),
    "list submissions": ("id", "status", "participant_id"),
    "list workspaces": ("id",),
    "list groups": ("id", "name"),
    "show cost": ("rewards",),
}
PAGE, LEAST_FULL = 100, 20
MOST_PAGES = 1000
LONGEST_WAIT = 60.0
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
ADDRESS = "Look at PROLIFIC_API_URL and at the network, then try again."


class Wire:
    """Requests to the service; thread-safe.

    Reads are tried again. Writes are tried again only where nothing can have happened: not connected, or told to wait.
    """

    def __init__(
        self,
        client: httpx.Client,
        environment: Environment,
        pace: Pace,
        *,
        tries: int = 5,
        backoff_seconds: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.environment = environment
        self.requests: Counter[str] = Counter()
        self._client = client
        self._pace = pace
        self._tries = tries
        self._backoff = backoff_seconds
        self._sleep = sleep

    def read(self, doing: str, path: str, **query: str | int) -> dict[str, Any]:
        """Ask for something; raise a `PanelError`, never `PanelUnsure`."""
        for attempt in range(self._tries):
            try:
                return _whole(doing, self._once("GET", doing, path, query=query))
            except PanelUnsure as error:  # nothing was asked for that could have happened
                if attempt + 1 == self._tries:
                    raise PanelUnreachable(error.what, "Try again later.", code=error.code) from error
            except PanelUnreachable:
                if attempt + 1 == self._tries:
                    raise
            self._sleep(self._backoff * 2**attempt)
        raise AssertionError("unreachable")

    def pages(self, doing: str, path: str, **query: str | int) -> Iterator[dict[str, Any]]:
        """Yield every item of a list, each once, to the last page.

        The service may give fewer items to a page than asked for, or all at once whatever is asked: a list ends with a
        page that has nothing new, or less than its own default.
        """
        seen: set[str] = set()
        for number in range(1, MOST_PAGES + 1):
            items = self._page(doing, path, number, query)
            new = [one for one in items if str(one["id"]) not in seen]
            seen.update(str(one["id"]) for one in new)
            yield from new
            if not new or len(items) < LEAST_FULL:
                return

    def _page(self, doing: str, path: str, number: int, query: Mapping[str, str | int]) -> list[dict[str, Any]]:
        try:
            reply = self.read(doing, path, **query, page=number, page_size=PAGE)
        except Gone:
            if number == 1:
                raise
            return []
        return list(reply["results"])

    def write(
        self, method: str, doing: str, path: str, body: Mapping[str, Any], *, hide: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Create or change something; raise a `PanelError`."""
        for attempt in range(self._tries):
            try:
                return self._once(method, doing, path, body=body, hide=hide)
            except PanelUnreachable:
                if attempt + 1 == self._tries:
                    raise
            self._sleep(self._backoff * 2**attempt)
        raise AssertionError("unreachable")

    def _once(
        self,
        method: str,
        doing: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        hide: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Make a request, again after being told to wait, and read its reply."""
        for attempt in range(self._tries):
            reply = self._send(method, doing, path, query, body)
            if reply.status_code != 429:
                return _read(reply, doing, hide)
            wait = _asked_for(reply, self._backoff * 2**attempt)
            if wait > LONGEST_WAIT or attempt + 1 == self._tries:
                raise busy(wait)
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _send(
        self,
        method: str,
        doing: str,
        path: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> httpx.Response:
        self._pace.wait()
        self.requests[doing] += 1
        try:
            return self._client.request(method, BASE + path, params=query, json=body)
        except NEVER_SENT as error:
            raise PanelUnreachable(*_why(error, self.environment.endpoint), code=type(error).__name__) from error
        except httpx.HTTPError as error:
            raise PanelUnsure(
                f"The connection to {self.environment.endpoint} was lost before an answer came.",
                "Try again: it looks first, and nothing is made twice.",
                code=type(error).__name__,
            ) from error


def _read(reply: httpx.Response, doing: str, hide: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = json.loads(reply.content, parse_float=Decimal) if reply.content.strip() else {}
    except ValueError as error:
        if not reply.is_success:
            raise in_words(reply.status_code, None, doing, hide=hide) from None
        raise _cut(doing) from error
    if not reply.is_success:
        raise in_words(reply.status_code, found, doing, hide=hide)
    return found if isinstance(found, dict) else {"said": found}


def _whole(doing: str, reply: dict[str, Any]) -> dict[str, Any]:
    """Return a reply that holds what it must; a list holds `results`, and each of them what it must."""
    items = reply.get("results") if doing.startswith("list ") else [reply]
    if not isinstance(items, list) or not all(_holds(one, HOLDS.get(doing, ())) for one in items):
        raise _cut(doing)
    return reply


def _holds(one: Any, names: tuple[str, ...]) -> bool:
    return isinstance(one, dict) and all(one.get(name) not in (None, "") for name in names)


def _cut(doing: str) -> PanelError:
    return PanelUnsure(
        f"The reply to “{doing}” was cut, or is not Prolific's.",
        "Try again: it looks first, and nothing is made twice.",
        code="cut",
    )


def _asked_for(reply: httpx.Response, otherwise: float) -> float:
    """Return how many seconds the service asks to wait."""
    said = reply.headers.get("Retry-After", "")
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return otherwise


def _why(error: Exception, where: str) -> tuple[str, str]:
    detail = str(error).lower()
    if any(word in detail for word in ("resolve", "name or service", "getaddrinfo", "nodename", "resolution")):
        return f"The name in {where} does not resolve: there is no such address, or no network here.", ADDRESS
    if "refused" in detail:
        return f"{where} refuses connections.", "Look at PROLIFIC_API_URL, or start what should answer there."
    if "certificate" in detail:
        return f"{where} does not prove that it is itself.", "Look at PROLIFIC_API_URL and at this machine's clock."
    return f"{where} does not answer.", ADDRESS
