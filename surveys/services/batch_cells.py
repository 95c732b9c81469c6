r"""How cells of result files are written, so that no spreadsheet runs them, and how they are read back.

A text that begins as a formula does, or is what batches write for no answer, has an apostrophe in front; so has one
that begins with an apostrophe. Several choices or words stand with bars between, where ``\|`` is a bar and ``\\`` a
backslash of a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from analysis.exports import harmless

APOSTROPHE = "'"
SKIPPED = "{}"
NO_ANSWER = ("", SKIPPED, "undefined", "null")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def guarded(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return f"{APOSTROPHE}{text}" if text.startswith(APOSTROPHE) else str(harmless(text))


def unguarded(cell: str) -> str:
    """Return the text of a cell that was guarded."""
    return cell.removeprefix(APOSTROPHE)


def answer(value: Any) -> str:
    """Return an answer as a cell, whatever kind of question it answers."""
    text = "|".join(map(_escaped, value)) if isinstance(value, list) else str(value)
    return f"{APOSTROPHE}{text}" if is_no_answer(text) else guarded(text)


def is_no_answer(cell: str) -> bool:
    """Tell whether a cell is what batches write where nothing was answered."""
    return cell.casefold() in NO_ANSWER


def meanings(cell: str, *, escaped: bool) -> Iterator[Any]:
    """Yield what a cell may mean: a whole number, a list with bars between (as choices are written), a text."""
    if escaped:
        cell = unguarded(cell)
    if cell.isascii() and cell.isdigit() and len(cell) < 7:
        yield int(cell)
    yield _parts(cell) if escaped else [part.strip() for part in cell.split("|")]
    yield cell


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("|", "\\|")


def _parts(cell: str) -> list[str]:
    """Split at the bars that no backslash stands before; an empty cell is an empty list."""
    found = [""]
    letters = iter(cell)
    for letter in letters:
        if letter == "|":
            found.append("")
        else:
            found[-1] += next(letters, "") if letter == "\\" else letter
    return found if cell else []


def time(at: datetime | None) -> str:
    """Return a time as batches write it, in UTC whatever the locale: ``Tue Nov 24 16:00:00 UTC 2015``."""
    if at is None:
        return ""
    at = at.astimezone(UTC)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at:%d %H:%M:%S} UTC {at.year:04d}"
