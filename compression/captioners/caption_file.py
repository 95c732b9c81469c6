"""A CSV file of captions: whole ones, or by element of the guide; every line is checked."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from compression.errors import Problem, StudyError
from compression.types import Caption

ELEMENTS = "abcdef"  # of the guide for captions, in its order
WHOLE = ["original", "caption"]
BY_ELEMENT = ["original", *ELEMENTS]
MAX_BYTES = 2000  # of a caption: a sentence or two have far fewer


@dataclass(frozen=True, slots=True)
class Line:
    """One caption and where it stands."""

    number: int
    caption: Caption


def joined(original: str, elements: dict[str, str]) -> Caption:
    """Return the caption that elements of the guide make: in their order, joined by one space."""
    given = {letter: Caption(original, elements.get(letter, "")).text for letter in ELEMENTS}
    kept = {letter: words for letter, words in given.items() if words}
    return Caption(original, " ".join(kept.values()), kept)


def without(caption: Caption, letters: str) -> Caption:
    """Return a caption without some elements of the guide; where it never had one of them a note says so."""
    kept = {letter: words for letter, words in caption.elements.items() if letter not in letters}
    absent = [letter for letter in letters if letter not in caption.elements]
    same = ": the words are those of the whole" if len(absent) == len(letters) else ""
    notes = [f"the caption of {caption.original} has no element {', '.join(absent)}{same}"] if absent else []
    said = {"without": letters} | ({"notes": notes} if notes else {})
    return replace(joined(caption.original, kept), provenance=said)


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """Reads a file.

    Attributes
    ----------
    name
        How messages call it.
    """

    path: Path
    name: str

    def lines(self) -> list[Line]:
        """Return the captions in order of the file.

        Raises
        ------
        StudyError
            When it is not UTF-8, no CSV, or has other columns.
        """
        reader = csv.reader(io.StringIO(self._text(), newline=""), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            read = self._reading(header)
            return [read(reader.line_num, self._whole(row, header, reader.line_num)) for row in reader if row]
        except csv.Error as error:
            raise self._error(f"line {reader.line_num}", f"is no CSV ({error})", "close the quotes") from error

    def problems(self, lines: list[Line], originals: set[str]) -> Iterator[Problem]:
        """Yield what is wrong with captions that could be read."""
        first: dict[str, int] = {}
        for line in lines:
            where, slug, size = f"line {line.number}", line.caption.original, line.caption.size_bytes
            if slug not in originals:
                yield self.problem(where, f'there is no original "{slug}"', "correct the slug or drop the line")
            if not line.caption.text:
                yield self.problem(where, f'the caption of "{slug}" is empty', "write it or drop the line")
            if size > MAX_BYTES:
                message = f'the caption of "{slug}" has {size} bytes, more than {MAX_BYTES}'
                yield self.problem(where, message, "shorten it")
            if slug in first:
                yield self.problem(where, f'"{slug}" stands on line {first[slug]} already', "keep one of them")
            first.setdefault(slug, line.number)

    def problem(self, key: str, message: str, remedy: str) -> Problem:
        """Return a problem with this file."""
        return Problem(self.name, key, message, remedy)

    def _reading(self, header: list[str]) -> Callable[[int, list[str]], Line]:
        if header == WHOLE:
            return lambda number, row: Line(number, Caption(row[0].strip(), row[1]))
        if header == BY_ELEMENT:
            return lambda number, row: Line(number, joined(row[0].strip(), dict(zip(ELEMENTS, row[1:], strict=True))))
        message = f"the header is not {','.join(WHOLE)} (or {','.join(BY_ELEMENT)})"
        raise self._error("line 1", message, "write exactly these columns")

    def _whole(self, row: list[str], header: list[str], number: int) -> list[str]:
        if len(row) != len(header):
            raise self._error(f"line {number}", f"has {len(row)} values", 'put the caption in "quotes"')
        return row

    def _text(self) -> str:
        data = self.path.read_bytes()
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._error(f"line {line}", "is not UTF-8", "save the file with the encoding UTF-8") from error

    def _error(self, key: str, message: str, remedy: str) -> StudyError:
        return StudyError([self.problem(key, message, remedy)])
