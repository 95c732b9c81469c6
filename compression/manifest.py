"""The stimuli table and the similarity table as files."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from compression.similarity_table import Similarity
from compression.store import write_atomically
from compression.types import Stimulus

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"


@cache
def columns(table: str = "stimuli") -> tuple[str, ...]:
    """Return the columns of a table in order, as its file in ``schemas/`` has them."""
    document = json.loads((SCHEMAS / f"{table}.json").read_text(encoding="utf-8"))
    return tuple(field["name"] for field in document["fields"])


def write_stimuli_csv(path: Path, study: str, stimuli: Iterable[Stimulus], simulated: bool) -> None:
    """Write the stimuli table in one piece: UTF-8, a header, empty for unknown, the same bytes for the same rows.

    Parameters
    ----------
    path
        File to write or replace.
    study
        Slug of the study.
    stimuli
        In study order.
    simulated
        Whether the study is a drawn world.
    """
    rows = (asdict(stimulus) | {"study": study, "simulated": simulated} for stimulus in stimuli)
    _write(path, columns(), rows)


def write_similarity_csv(path: Path, study: str, rows: Iterable[Similarity]) -> None:
    """Write the similarity table in one piece, as :func:`write_stimuli_csv` does."""
    _write(path, columns("similarity"), (asdict(row) | {"study": study} for row in rows))


def _write(path: Path, names: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(row[name]) for name in names] for row in rows)
    write_atomically(path, buffer.getvalue().encode("utf-8"))


def hashes(path: Path) -> set[str]:
    """Return the SHA-256 of every file that a stimuli table names."""
    names = ("sha256", "rendition_sha256", "original_rendition_sha256")
    with path.open(encoding="utf-8", newline="") as file:
        return {row[name] for row in csv.DictReader(file) for name in names if row[name]}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(dict(value), sort_keys=True, ensure_ascii=False)
    return str(value)
