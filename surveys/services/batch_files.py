"""Result files of Mechanical Turk's batches: read by a mapping of columns, so that old studies can be analysed here."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

from django.utils.crypto import salted_hmac
from pydantic import Field, ValidationError

from analysis.tables import write_package
from surveys.instruments.questions.base import Strict
from surveys.models import Survey
from surveys.selectors import tables
from surveys.selectors.snapshot import snapshot
from surveys.services.errors import ServiceError

Row = dict[str, Any]
Column = Annotated[str, Field(min_length=1, max_length=200)]
ZONES = {"PST": -8, "PDT": -7, "UTC": 0, "GMT": 0}
MOST_ROWS = 1_000_000
_NO_ANSWER = ("", "{}", "undefined", "null")


class Item(Strict):
    """One item of a form: which stimulus it showed, and in which column each question's answer stands."""

    stimulus: Column
    answers: Annotated[dict[str, Column], Field(min_length=1)]


class Columns(Strict):
    """What the columns of a result file are."""

    panel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")] = "mturk"
    worker: Column = "WorkerId"
    assignment: Column = "AssignmentId"
    status: Column = "AssignmentStatus"
    accepted: Column = "AcceptTime"
    submitted: Column = "SubmitTime"
    seconds: Column = "WorkTimeInSeconds"
    count: tuple[str, ...] = ("Submitted", "Approved")
    items: Annotated[list[Item], Field(min_length=1, max_length=1000)]
    stimuli: dict[str, str] = Field(default_factory=dict)  # a cell of a stimulus column → the stimulus's name


@dataclass(frozen=True)
class Imported:
    """How much was read: assignments, those that count, the answers that do, and what was noticed."""

    assignments: int
    counted: int
    answers: int
    repeats: int


def read_mapping(data: bytes) -> Columns:
    """Read a mapping of columns from a TOML file.

    Raises
    ------
    ServiceError
        Naming every key that can't be used, and why.
    """
    try:
        return Columns.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ServiceError(f"The mapping is no TOML file in UTF-8: {error}.") from None
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise ServiceError(f"The mapping can't be used. {'; '.join(lines)}.") from None


def import_batch(*, survey: Survey, data: bytes, mapping: Columns, out: Path) -> Imported:
    """Write a data package of a survey's stimuli and the answers of a result file; the database stays as it is.

    Parameters
    ----------
    survey
        The survey as it is loaded here: its stimuli are those that were shown, its questions those that were asked.
    data
        The CSV file, UTF-8.
    out
        The folder of the package, as `export` writes it.

    Raises
    ------
    ServiceError
        A column is missing, a stimulus is not of this study, an answer is none to its question, a row occurs twice …;
        the message names line and column, and nothing was written.
    """
    reader = _Reader(survey, mapping)
    responses, assignments = reader.read(data)
    with snapshot():
        stimuli, facts = tables.stimuli(survey.study), tables.facts(survey.study)
    noted = (
        f"The answers to survey {survey.slug} are from a result file of {mapping.panel}, not from pages of this site."
    )
    facts = facts | {"repeats_excluded": False, "notes": [*facts["notes"], noted]}
    rows: dict[str, list[Row]] = {"stimuli": stimuli, "responses": responses, "assignments": assignments}
    out.mkdir(parents=True, exist_ok=True)
    write_package(out, rows, facts)
    counted = sum(row["counted"] for row in assignments)
    return Imported(len(assignments), counted, len(responses), _repeats(responses))


def _repeats(responses: Sequence[Row]) -> int:
    """Count the answers to a stimulus that its person had answered before, in another assignment."""
    seen: dict[tuple[str, str, str], str] = {}
    rows = ((row["participant"], row["stimulus"], row["question"], row["assignment"]) for row in responses)
    return sum(seen.setdefault((who, what, asked), by) != by for who, what, asked, by in rows)


class _Reader:
    def __init__(self, survey: Survey, mapping: Columns) -> None:
        self.survey = survey
        self.mapping = mapping
        self.questions = {question.id: question for question in survey.instrument.asked.questions}
        self.names = {row.name for row in tables.stimuli_in_order(survey.study)}
        self._check_mapping()

    def _check_mapping(self) -> None:
        asked = {question for item in self.mapping.items for question in item.answers}
        if unknown := sorted(asked - self.questions.keys()):
            msg = f"Survey {self.survey.slug} does not ask {', '.join(unknown)}: it asks {', '.join(self.questions)}."
            raise ServiceError(msg)
        if unknown := sorted(set(self.mapping.stimuli.values()) - self.names):
            raise ServiceError(f"The mapping names stimuli that this study does not have: {', '.join(unknown[:5])}.")

    def read(self, data: bytes) -> tuple[list[Row], list[Row]]:
        responses: list[Row] = []
        assignments: list[Row] = []
        seen: dict[str, int] = {}
        for line, cells in self._lines(data):
            assignment = self._assignment(line, cells, seen)
            assignments.append(assignment)
            if assignment["counted"]:
                responses += self._responses(line, cells, assignment)
        if not assignments:
            raise ServiceError("The result file has no rows.")
        return responses, assignments

    def _lines(self, data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
        try:
            reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
            missing = [name for name in self._columns() if name not in (reader.fieldnames or [])]
            if missing:
                msg = (
                    f"The result file has no column {missing[0]!r} ({len(missing)} of the mapping's are missing): "
                    "is it of this study, and is the mapping for it?"
                )
                raise ServiceError(msg)
            for count, cells in enumerate(reader, 1):
                if count > MOST_ROWS:
                    raise ServiceError(f"The result file has more than {MOST_ROWS} rows: split it.")
                if None in cells or None in cells.values():
                    raise ServiceError(f"Line {reader.line_num} has more or fewer cells than the first line.")
                yield reader.line_num, cells
        except (UnicodeDecodeError, csv.Error) as error:
            raise ServiceError(f"The result file can't be read as CSV in UTF-8: {error}.") from None

    def _columns(self) -> Iterator[str]:
        mapping = self.mapping
        yield from (mapping.worker, mapping.assignment, mapping.status)
        for item in mapping.items:
            yield from (item.stimulus, *item.answers.values())

    def _assignment(self, line: int, cells: Mapping[str, str], seen: dict[str, int]) -> Row:
        identifier, worker = cells[self.mapping.assignment].strip(), cells[self.mapping.worker].strip()
        if not identifier or not worker:
            raise ServiceError(f"Line {line} names no {'worker' if identifier else 'assignment'}.")
        if (first := seen.setdefault(f"{identifier}\n{worker}", line)) != line:
            raise ServiceError(f"Lines {first} and {line} are the same assignment of the same worker.")
        status = cells[self.mapping.status].strip()
        counted = status in self.mapping.count
        return {
            "study": self.survey.study.slug,
            "survey": self.survey.slug,
            "assignment": self._hash("a", f"{identifier}\n{worker}"),
            "participant": self._hash("p", worker),
            "panel": self.mapping.panel,
            "link": None,
            "repeats_excluded": False,
            "place": None,
            "block": None,
            "form": None,
            "state": "submitted",
            "counted": counted,
            "payable": {"Approved": True, "Rejected": False}.get(status),
            "usable": counted,
            "excluded_by": None if counted else '["status"]',
            "started_at": self._time(line, cells, self.mapping.accepted),
            "submitted_at": self._time(line, cells, self.mapping.submitted),
            "instrument": self.survey.instrument.sha256,
            "consent": None,
            "device": None,
            "browser": None,
            "layout": None,
            "flags": None,
            "flag_values": None,
            "simulated": False,
        }

    def _hash(self, kind: str, text: str) -> str:
        """Return a keyed pseudonym, the same in every file of this study."""
        said = f"{self.survey.study.slug}\n{self.mapping.panel}\n{text}"
        return f"{kind}-{salted_hmac(f'surveys.batch.{kind}', said, algorithm='sha256').hexdigest()[:12]}"

    def _time(self, line: int, cells: Mapping[str, str], column: str) -> str | None:
        text = cells.get(column, "").strip()
        if not text:
            return None
        found = parse_time(text)
        if found is None:
            msg = f"Line {line}, column {column}: a time such as “Tue Nov 24 08:00:00 PST 2015” is expected."
            raise ServiceError(msg)
        return tables.timestamp(found)

    def _responses(self, line: int, cells: Mapping[str, str], assignment: Row) -> Iterator[Row]:
        seconds = self._seconds(line, cells)
        for position, item in enumerate(self.mapping.items, 1):
            stimulus = self._stimulus(line, cells, item.stimulus)
            for question, column in item.answers.items():
                value = self._value(line, cells, question, column)
                yield {
                    "study": assignment["study"],
                    "survey": assignment["survey"],
                    "question": question,
                    "stimulus": stimulus,
                    "assignment": assignment["assignment"],
                    "participant": assignment["participant"],
                    "panel": assignment["panel"],
                    "position": position,
                    "side": None,
                    "value": value,
                    "skipped": value is None,
                    "answered_at": assignment["submitted_at"],
                    "layout": None,
                    "seconds": seconds if len(self.mapping.items) == 1 else None,
                    "instrument": assignment["instrument"],
                    "simulated": False,
                }

    def _seconds(self, line: int, cells: Mapping[str, str]) -> float | None:
        text = cells.get(self.mapping.seconds, "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 9):
            raise ServiceError(f"Line {line}, column {self.mapping.seconds}: a whole number of seconds is expected.")
        return float(text) if text else None

    def _stimulus(self, line: int, cells: Mapping[str, str], column: str) -> str:
        cell = cells[column].strip()
        name = self.mapping.stimuli.get(cell, cell)
        if name not in self.names:
            msg = (
                f"Line {line}, column {column}: {cell[:80]!r} is no stimulus of this study. Is the file of another "
                "study? If only the names differ, say under [stimuli] of the mapping which is which."
            )
            raise ServiceError(msg)
        return name

    def _value(self, line: int, cells: Mapping[str, str], question: str, column: str) -> str | None:
        cell = cells[column].strip()
        if cell.casefold() in _NO_ANSWER:
            return None
        asked = self.questions[question]
        for candidate in _candidates(cell):
            try:
                said = asked.check(candidate)
            except ValueError:
                continue
            return tables.written(said)
        raise ServiceError(f"Line {line}, column {column}: what stands there is no answer to {question}.")


def _candidates(cell: str) -> Iterator[Any]:
    """Yield what a cell may mean: a whole number, a list with bars between (as choices are written), a text."""
    if cell.isascii() and cell.isdigit() and len(cell) < 7:
        yield int(cell)
    yield [part.strip() for part in cell.split("|")]
    yield cell


def parse_time(text: str) -> datetime | None:
    """Read a time as result files write it (``Tue Nov 24 08:00:00 PST 2015``), or ISO 8601 with an offset."""
    parts = text.split()
    if len(parts) == 6 and parts[4] in ZONES:
        zone = timezone(timedelta(hours=ZONES[parts[4]]))
        try:
            plain = datetime.strptime(" ".join((*parts[:4], parts[5])), "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007
        except ValueError:
            return None
        return plain.replace(tzinfo=zone).astimezone(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
