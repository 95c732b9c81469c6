"""Which function answers which request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from surveys.panels.prolific.simulator.refusals import Refusal, gone
from surveys.panels.prolific.simulator.world import World

Reply: TypeAlias = tuple[int, Any]
Operation: TypeAlias = Callable[[World, str, dict[str, str], Any], Reply]
ROUTES: list[tuple[str, re.Pattern[str], str, Operation]] = []
PAGE, MOST_IN_A_PAGE = 20, 100


def route(method: str, path: str) -> Callable[[Operation], Operation]:
    """Register a function for a path, in which ID stands for an id; its name is the operation's."""
    pattern = re.compile("/api/v1" + path.replace("ID", "([0-9a-z]+)"))

    def register(function: Operation) -> Operation:
        ROUTES.append((method, pattern, function.__name__, function))
        return function

    return register


def find(method: str, path: str) -> tuple[str, str, Operation]:
    """Return the operation of a request: its name, the id in its path, its function."""
    methods = set()
    for known, pattern, name, function in ROUTES:
        found = pattern.fullmatch(path)
        if found is None:
            continue
        methods.add(known)
        if known == method:
            return name, found.group(1) if found.groups() else "", function
    if methods:
        raise Refusal(405, "Method not allowed", f"Method {method} not allowed.")
    raise gone("page")


def page(query: dict[str, str], items: list[Any]) -> Reply:
    """Return a page of a list: `page` counts from one, `page_size` is 20 unless said, and 100 at most."""
    number, size = int(query.get("page", 1)), min(int(query.get("page_size", PAGE)), MOST_IN_A_PAGE)
    if number < 1 or size < 1 or (number > 1 and (number - 1) * size >= len(items)):
        raise gone("page")
    return 200, {"results": items[(number - 1) * size : number * size], "meta": {"count": len(items)}}
