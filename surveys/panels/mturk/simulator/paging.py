"""Lists in pages; a token belongs to the query that gave it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from surveys.panels.mturk.simulator.refusals import bad_parameter

Item = TypeVar("Item")
DEFAULT = 10


def page(
    operation: str, request: dict[str, Any], items: Sequence[Item], listed: str, show: Callable[[Item], dict[str, Any]]
) -> dict[str, Any]:
    """Return the page that a request asks for.

    Like the service's, a page that is full has a token even if nothing follows: the last page may be empty.
    """
    query = {key: value for key, value in request.items() if key not in ("NextToken", "MaxResults")}
    mark = hashlib.sha256(json.dumps([operation, query], sort_keys=True).encode()).hexdigest()[:12]
    start = _start(request.get("NextToken"), mark)
    size = request.get("MaxResults", DEFAULT)
    shown = [show(item) for item in items[start : start + size]]
    reply: dict[str, Any] = {"NumResults": len(shown)}
    if shown:
        reply[listed] = shown
    if len(shown) == size and start + size <= len(items):
        reply["NextToken"] = f"{mark}-{start + size}"
    return reply


def _start(token: str | None, mark: str) -> int:
    if token is None:
        return 0
    of, _, start = token.partition("-")
    if of != mark or not start.isdigit():
        raise bad_parameter("NextToken", token)
    return int(start)
