"""Files and rows as text tables: every cell a string, empty = null, and each row's line in its file."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from analysis.errors import TableError

csv.field_size_limit(2**30)


@dataclass(frozen=True)
class Text:
    """A table of strings; `line(row)` is the place of row 0, 1, … in the file."""

    file: str
    table: pa.Table
    line: Callable[[int], int]


def read_csv(path: Path) -> Text:
    """Read a CSV file (UTF-8, comma, header); raises TableError at the first place that cannot be read."""
    header = _header(path)
    try:
        table = pacsv.read_csv(
            path,
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        _explain(path, len(header))
        raise TableError(path.name, 0, "", f"cannot be read as CSV ({error}).") from None
    return Text(path.name, table, lambda row: _line_of(path, row))


def read_parquet(path: Path) -> Text:
    """Read a Parquet file, its cells turned into the text a CSV file would have."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TableError(path.name, 0, "", f"is not a readable Parquet file ({error}): write it again.") from None
    return Text(path.name, _column_texts(table), lambda row: row + 1)


def from_rows(name: str, columns: Iterable[str], rows: list[dict[str, Any]] | pa.Table) -> Text:
    """Turn rows (dictionaries, or an Arrow table) into text; absent keys are empty, keys without a column an error."""
    if isinstance(rows, pa.Table):
        return Text(f"{name}.csv", _column_texts(rows), lambda row: row + 2)
    columns = tuple(columns)
    unknown = {key for row in rows for key in row} - set(columns)
    if unknown:
        raise TableError(f"{name}.csv", 1, ", ".join(sorted(unknown)), "is not a column of this table: leave it out.")
    arrays = [pa.array([_cell(row.get(column)) for row in rows], pa.string()) for column in columns]
    return Text(f"{name}.csv", pa.table(arrays, names=list(columns)), lambda row: row + 2)


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _column_texts(table: pa.Table) -> pa.Table:
    arrays = [_array_text(column) for column in table.columns]
    return pa.table(arrays, names=table.column_names)


def _array_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column.cast(pa.timestamp("ms", tz=column.type.tz)), "%Y-%m-%dT%H:%M:%SZ")
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except UnicodeDecodeError:
        _explain_encoding(path)
        raise
    if not header:
        raise TableError(path.name, 1, "", "is empty: it needs a header and rows.")
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise TableError(path.name, 1, "", "separates its columns by semicolons or tabs: save it with commas.")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise TableError(path.name, 1, twice[0], "is there twice: drop one of the two columns.")
    return header


def _explain(path: Path, columns: int) -> None:
    """Find what is wrong the slow way; returns when it cannot say."""
    _explain_encoding(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        line = 1
        try:
            for row in rows:
                if row and len(row) != columns:
                    message = f"has {len(row)} cells, the header {columns}: check its commas and quotes."
                    raise TableError(path.name, line, "", message)
                line = rows.line_num + 1
        except csv.Error as error:
            raise TableError(path.name, line, "", f"cannot be read ({error}): check its quotes.") from None


def _explain_encoding(path: Path) -> None:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = f"byte 0x{line[error.start]:02X}, the {error.start + 1}. of the line"
                message = f"is not UTF-8 ({byte}): save the file as CSV UTF-8."
                raise TableError(path.name, number, "", message) from None


def _line_of(path: Path, row: int) -> int:
    """Count lines up to a row: cells may hold line breaks, so rows and lines differ."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        filled = 0
        line = rows.line_num + 1
        for cells in islice(rows, None):
            if cells and filled == row:
                return line
            filled += bool(cells)
            line = rows.line_num + 1
    return line
