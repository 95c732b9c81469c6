"""All that was ever written on the desk, as one table; writers are numbers in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.exports import harmless
from compression.captioners.caption_file import ELEMENTS
from surveys.models import Caption, Study
from surveys.selectors.captions import Entry, Version, entries, writing_methods
from surveys.selectors.tables import timestamp

COLUMNS = (
    "method", "original", "candidate", "version", "chosen", "writer", "written_at", "size_bytes", "caption", *ELEMENTS,
)  # fmt: skip


def rows(study: Study) -> Iterator[list[Any]]:
    """Yield the table's lines, its header first: every version of every caption, oldest first."""
    yield list(COLUMNS)
    for entry in entries(study, list(writing_methods(study))):
        for candidate in entry.candidates:
            for number, version in enumerate(reversed(candidate.versions), 1):
                yield _line(entry, number, version)


def _line(entry: Entry, number: int, version: Version) -> list[Any]:
    row = version.caption
    return [
        entry.method.slug, entry.original.slug, row.candidate, number, str(row.current).lower(), version.writer or "",
        timestamp(row.created_at), version.size_bytes, *map(harmless, _texts(row)),
    ]  # fmt: skip


def _texts(row: Caption) -> list[str]:
    return [row.text, *(row.elements.get(name, "") for name in ELEMENTS)]
