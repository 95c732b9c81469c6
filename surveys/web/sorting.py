"""Column heads that sort by a plain link and say how the table is sorted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Heading:
    """A column's head: its words, the address that sorts by it, and ``aria-sort``'s value."""

    title: str
    css: str
    query: str
    sorted: str


def headings(request: HttpRequest, columns: Iterable[tuple[str, str, str]], sort: str) -> list[Heading]:
    """Return the heads of ``(name, title, css class)``; the sorted column's link turns its order round."""
    return [_heading(request, name, title, css, sort) for name, title, css in columns]


def _heading(request: HttpRequest, name: str, title: str, css: str, sort: str) -> Heading:
    query = request.GET.copy()
    query["sort"] = f"-{name}" if sort == name else name
    order = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    return Heading(title, css, query.urlencode(), order)
