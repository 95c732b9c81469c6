"""People whom somebody can tell apart: known here by a keyed hash of what they are called, never by the name."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from django.utils.crypto import salted_hmac

from surveys.models import Identity
from surveys.services.errors import ServiceError

LONGEST = 200
_CHUNK = 500


def digest(label: str) -> str:
    """Return the keyed hash of a label, whatever its capitals, the spaces around it and its Unicode form."""
    return salted_hmac("surveys.identity", _normal(label), algorithm="sha256").hexdigest()


def panel_digest(panel: str, person: str) -> str:
    """Return the keyed hash of what a panel calls somebody, letter by letter."""
    return salted_hmac("surveys.identity.panel", f"{panel}\n{person}", algorithm="sha256").hexdigest()


def _normal(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().casefold()


def read_people(data: bytes) -> list[str]:
    """Return the labels of a CSV file: those of its column ``person``, or one a line.

    Raises
    ------
    ServiceError
        The file is not UTF-8, names nobody, or has a line that is no label or occurs twice; the message names the line.
    """
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ServiceError("The file of people can't be read: save it as CSV in UTF-8.") from error
    head = [cell.strip().casefold() for cell in lines[0]] if lines else []
    column = head.index("person") if "person" in head else None
    if column is None and any(len(line) > 1 for line in lines):
        raise ServiceError('The file of people has several columns and none is called "person": name one so.')
    start = 1 if column is None else 2
    found: dict[str, int] = {}
    people: list[str] = []
    for number, line in enumerate(lines[start - 1 :], start):
        if any(cell.strip() for cell in line):
            label = line[column or 0].strip() if len(line) > (column or 0) else ""
            _check(label, number, found)
            people.append(label)
    if not people:
        raise ServiceError("The file of people names nobody: write one label a line.")
    return people


def _check(label: str, number: int, found: dict[str, int]) -> None:
    if not label or len(label) > LONGEST or any(unicodedata.category(character) == "Cc" for character in label):
        msg = f"Line {number} of the file of people is no label: a label has 1 to {LONGEST} characters on one line."
        raise ServiceError(msg)
    if (first := found.setdefault(_normal(label), number)) != number:
        raise ServiceError(f"The same person stands in lines {first} and {number} of the file of people.")


def remember(labels: Iterable[str]) -> list[Identity]:
    """Return the identities of people in their order, new ones where they are not known yet; labels are not stored."""
    digests = [digest(label) for label in labels]
    Identity.objects.bulk_create([Identity(digest=each) for each in digests], ignore_conflicts=True, batch_size=_CHUNK)
    known = {row.digest: row for part in _parts(digests) for row in Identity.objects.filter(digest__in=part)}
    return [known[each] for each in digests]


def _parts(digests: Sequence[str]) -> list[Sequence[str]]:
    return [digests[start : start + _CHUNK] for start in range(0, len(digests), _CHUNK)]
