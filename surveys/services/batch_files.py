"""Result files of Mechanical Turk's batches: read by a mapping of columns, so that old studies can be analysed here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from django.utils.crypto import salted_hmac

from analysis.tables import write_package
from surveys.models import Survey
from surveys.selectors import tables
from surveys.selectors.snapshot import snapshot
from surveys.services import batch_cells
from surveys.services.batch_mapping import Columns, Item
from surveys.services.errors import ServiceError

Row = dict[str, Any]
ZONES = {"PST": -8, "PDT": -7, "UTC": 0, "GMT": 0}
MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Imported:
    """How much was read: assignments, those that count, the answers that do, and what was noticed."""

    assignments: int
    counted: int
    answers: int
    repeats: int


def import_batch(
    *, survey: Survey, data: bytes, mapping: Columns, out: Path, told: Callable[[int], None] = lambda _: None
) -> Imported:
    """Write a data package of a survey's stimuli and the answers of a result file; the database stays as it is.

    Parameters
    ----------
    survey
        The survey as it is loaded here: its stimuli are those that were shown, its questions those that were asked.
    data
        The CSV file, UTF-8.
    out
        The folder of the package, as `export` writes it.
    told
        Called with the number of each line that was read.

    Raises
    ------
    ServiceError
        A column is missing, a stimulus is not of this study, an answer is none to its question, a row occurs twice …;
        the message names line and column, and nothing was written.
    """
    reader = _Reader(survey, mapping)
    responses, assignments = reader.read(data, told)
    with snapshot():
        stimuli, facts = tables.stimuli(survey.study), tables.facts(survey.study)
    noted = (
        f"The answers to survey {survey.slug} are from a result file of {mapping.panel}, not from pages of this site."
    )
    facts = facts | {"repeats_excluded": False, "notes": [*facts["notes"], noted]}
    facts["simulated"] = facts["simulated"] or any(row["simulated"] for row in assignments)
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

    def read(self, data: bytes, told: Callable[[int], None]) -> tuple[list[Row], list[Row]]:
        responses: list[Row] = []
        assignments: list[Row] = []
        seen: dict[str, int] = {}
        for line, cells in self._lines(data):
            assignment = self._assignment(line, cells, seen)
            assignments.append(assignment)
            if assignment["counted"]:
                responses += self._responses(line, cells, assignment)
            told(line)
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
        yield from (column for column in (mapping.counted, mapping.simulated) if column)
        for item in mapping.items:
            yield from (item.stimulus, *item.answers.values())

    def _assignment(self, line: int, cells: Mapping[str, str], seen: dict[str, int]) -> Row:
        identifier, worker = self._text(cells[self.mapping.assignment]), self._text(cells[self.mapping.worker])
        if not identifier or not worker:
            raise ServiceError(f"Line {line} names no {'worker' if identifier else 'assignment'}.")
        if (first := seen.setdefault(f"{identifier}\n{worker}", line)) != line:
            raise ServiceError(f"Lines {first} and {line} are the same assignment of the same worker.")
        status = self._text(cells[self.mapping.status])
        excluded_by = self._excluded_by(line, cells, status)
        counted = excluded_by is None
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
            "excluded_by": excluded_by,
            "started_at": self._time(line, cells, self.mapping.accepted),
            "submitted_at": self._time(line, cells, self.mapping.submitted),
            "instrument": self.survey.instrument.sha256,
            "consent": None,
            "device": None,
            "browser": None,
            "layout": None,
            "flags": None,
            "flag_values": None,
            "simulated": self._is_true(line, cells, self.mapping.simulated, otherwise=False),
        }

    def _text(self, cell: str) -> str:
        cell = cell.strip()
        return batch_cells.unguarded(cell) if self.mapping.escaped else cell

    def _excluded_by(self, line: int, cells: Mapping[str, str], status: str) -> str | None:
        """Return why a row does not count, as the tables write it."""
        if status not in self.mapping.count:
            return '["status"]'
        return None if self._is_true(line, cells, self.mapping.counted, otherwise=True) else '["counted"]'

    def _is_true(self, line: int, cells: Mapping[str, str], column: str | None, *, otherwise: bool) -> bool:
        """Tell what a column of true and false says; ``otherwise`` where the mapping names none."""
        if column is None:
            return otherwise
        said = {"true": True, "false": False}.get(cells[column].strip().casefold())
        if said is None:
            raise ServiceError(f"Line {line}, column {column}: true or false is expected.")
        return said

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
        for position, item in self.mapping.placed:
            if self._is_absent(cells, item):
                continue
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
                    "simulated": assignment["simulated"],
                }

    def _seconds(self, line: int, cells: Mapping[str, str]) -> float | None:
        text = cells.get(self.mapping.seconds, "").strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 9):
            raise ServiceError(f"Line {line}, column {self.mapping.seconds}: a whole number of seconds is expected.")
        return float(text) if text else None

    def _is_absent(self, cells: Mapping[str, str], item: Item) -> bool:
        """Tell whether this form has no such item: neither stimulus nor answers, as where others are longer."""
        return not any(cells[column].strip() for column in (item.stimulus, *item.answers.values()))

    def _stimulus(self, line: int, cells: Mapping[str, str], column: str) -> str:
        cell = self._text(cells[column])
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
        if batch_cells.is_no_answer(cell):
            return None
        asked = self.questions[question]
        for candidate in batch_cells.meanings(cell, escaped=self.mapping.escaped):
            try:
                said = asked.check(candidate)
            except ValueError:
                continue
            return tables.written(said)
        raise ServiceError(f"Line {line}, column {column}: what stands there is no answer to {question}.")


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
