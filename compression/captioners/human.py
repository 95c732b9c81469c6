"""Captions that people wrote: a CSV file with the columns original and caption."""

import csv
import io
from collections.abc import Iterator, Mapping

from compression.errors import Problem, StudyError
from compression.files import Files
from compression.settings import Settings
from compression.types import Caption, Original

COLUMNS = ["original", "caption"]


class HumanSettings(Settings):
    """Where the captions are; with ``optional`` the file, or a line of it, may be absent: sizes are then unknown."""

    file: str
    optional: bool = False


class HumanCaptioner:
    """Reads a file of captions and checks every line of it."""

    versions: Mapping[str, str] = {}

    def __init__(self, settings: HumanSettings, files: Files) -> None:
        self.optional = settings.optional
        self._file = settings.file
        self._path = files.below(settings.file)

    def caption(self, original: Original) -> Caption | None:
        """Return the caption of one original, None when the file has none for it."""
        if not self._path.is_file():
            return self._absent().get(original.slug)
        return next((Caption(slug, text) for _, slug, text in self._rows() if slug == original.slug), None)

    def captions(self, originals: list[str]) -> Mapping[str, Caption]:
        """Return the captions by original.

        Parameters
        ----------
        originals
            Slugs that the file may speak of.

        Raises
        ------
        StudyError
            With every wrong line: unknown or repeated original, empty caption, wrong encoding or header.
        """
        if not self._path.is_file():
            return self._absent()
        rows = list(self._rows())
        problems = list(self._problems(rows, set(originals)))
        if problems:
            raise StudyError(problems)
        return {slug: Caption(slug, text) for _, slug, text in rows}

    def _absent(self) -> Mapping[str, Caption]:
        if self.optional:
            return {}
        raise StudyError([self._problem("", "is missing", "put the file there, or set optional = true")])

    def _rows(self) -> Iterator[tuple[int, str, str]]:
        reader = csv.reader(io.StringIO(self._text(), newline=""), strict=True)
        try:
            if [name.strip() for name in next(reader, [])] != COLUMNS:
                raise self._error("line 1", "the header is not original,caption", "write exactly these two columns")
            for row in filter(None, reader):
                if len(row) != len(COLUMNS):
                    raise self._error(
                        f"line {reader.line_num}", f"has {len(row)} values", 'put the caption in "quotes"'
                    )
                yield reader.line_num, row[0].strip(), Caption(row[0], row[1]).text
        except csv.Error as error:
            raise self._error(f"line {reader.line_num}", f"is no CSV ({error})", "close the quotes") from error

    def _text(self) -> str:
        data = self._path.read_bytes()
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._error(f"line {line}", "is not UTF-8", "save the file with the encoding UTF-8") from error

    def _problems(self, rows: list[tuple[int, str, str]], originals: set[str]) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for line, slug, text in rows:
            if slug not in originals:
                yield self._problem(
                    f"line {line}", f'there is no original "{slug}"', "correct the slug or drop the line"
                )
            if not text:
                yield self._problem(f"line {line}", f'the caption of "{slug}" is empty', "write it or drop the line")
            if slug in first:
                yield self._problem(
                    f"line {line}", f'"{slug}" stands on line {first[slug]} already', "keep one of them"
                )
            first.setdefault(slug, line)

    def _error(self, key: str, message: str, remedy: str) -> StudyError:
        return StudyError([self._problem(key, message, remedy)])

    def _problem(self, key: str, message: str, remedy: str) -> Problem:
        return Problem(self._file, key, message, remedy)
