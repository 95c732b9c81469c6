"""Every address of the site and of the API is explained, and every explained one exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.docs import reading


def addresses(patterns: Any = None, before: str = "/") -> Iterator[str]:
    """Yield every address as documents write it: ``/take/<token>/answers/``."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = before + written(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from addresses(pattern.url_patterns, here)


def written(pattern: str) -> str:
    plain = re.sub(r"\(\?P<(\w+)>(?:\[[^\]]*\]|[^()])*\)", r"<\1>", pattern)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", plain).strip("^$").replace("\\", "")


def test_every_page_is_explained_and_every_explained_page_exists():
    pages = {address for address in addresses() if not address.startswith("/api/")}
    assert "/take/<token>/answers/" in pages
    assert "/pictures/<sha256>.webp" in pages
    assert set(reading.rows(reading.text("pages.md"))) == pages


def test_every_api_route_is_explained_and_every_explained_route_exists():
    routes = {address for address in addresses() if address.startswith("/api/")}
    explained = {name for name in reading.rows(reading.text("api.md")) if name.startswith("/api/")}
    assert explained == routes


def test_every_row_says_what_is_answered_by_which_method():
    for name, row in reading.rows(reading.text("pages.md")).items():
        assert re.search(r"\b(GET|POST)\b", row), name
