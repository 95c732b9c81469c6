"""The contract: what a study's tables are, read and checked on the way in, written and checked on the way out.

A folder holds `stimuli` and `responses` (required), `assignments`, `checks` and `truth` (optional), each as CSV or
Parquet, and a `datapackage.json` whose property `twicetold` carries the facts of the study. Columns, types and
constraints are in `schemas/*.json` and nowhere else.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis import facts as facts_module
from analysis import reading, schemas, votes
from analysis.errors import TableError
from analysis.facts import PACKAGE, Facts
from analysis.package import write_package
from analysis.validation import validate

__all__ = ["Facts", "TableError", "Tables", "from_rows", "read", "write_package"]

READ = ("stimuli", "responses", "assignments", "checks", "truth")


@dataclass(frozen=True)
class Tables:
    """A study's checked tables.

    Attributes
    ----------
    stimuli, responses : pyarrow.Table
        With exactly the columns of their schema; `responses` holds one row per stimulus, question and participant.
    facts : Facts
        The study's facts, completed from the tables where datapackage.json is absent or silent.
    assignments, checks, truth : pyarrow.Table or None
        None when the folder has no such table.
    notes : tuple of str
        What was assumed, ignored or left out while reading, in words.
    sources : mapping of str to str
        SHA-256 of each file that was read, by file name; empty for tables that were never files.
    """

    stimuli: pa.Table
    responses: pa.Table
    facts: Facts
    assignments: pa.Table | None = None
    checks: pa.Table | None = None
    truth: pa.Table | None = None
    notes: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def read(folder: Path) -> Tables:
    """Read and check a folder of tables.

    Parameters
    ----------
    folder : Path
        Holds stimuli.csv and responses.csv (or .parquet), and whatever else there is.

    Returns
    -------
    Tables

    Raises
    ------
    TableError
        Names file, line, column and remedy of the first thing that cannot be used.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise TableError(str(folder), 0, "", "is not a folder: name the one that holds stimuli.csv and responses.csv.")
    paths = {name: path for name in READ if (path := _find(folder, name)) is not None}
    document = facts_module.read_document(folder)
    texts = {name: _read_text(path) for name, path in paths.items()}
    sources = {path.name: _sha256(path) for path in paths.values()}
    tables = _assemble(texts, facts_module.parse(document.get("twicetold", {})))
    changed = _changed(document, sources)
    return Tables(**{**vars(tables), "notes": changed + tables.notes, "sources": sources})


def from_rows(tables: Mapping[str, list[dict[str, Any]] | pa.Table], facts: Mapping[str, Any]) -> Tables:
    """Check tables that are not files, by the same rules; names and keys as in `write_package`."""
    texts = {name: reading.from_rows(name, schemas.load(name).columns, tables[name]) for name in READ if name in tables}
    return _assemble(texts, facts_module.parse(dict(facts)))


def _assemble(texts: Mapping[str, reading.Text], facts: Facts) -> Tables:
    lacking = [name for name in schemas.REQUIRED_TABLES if name not in texts]
    if lacking:
        raise TableError(f"{lacking[0]}.csv", 0, "", "is missing: a study needs stimuli and responses.")
    notes: list[str] = []
    typed: dict[str, pa.Table] = {}
    for name, text in texts.items():
        typed[name], remarks = validate(text, schemas.load(name))
        notes += remarks
    facts = facts_module.complete(facts, typed["stimuli"], typed["responses"])
    votes.check_methods(texts["stimuli"], typed["stimuli"], facts)
    for name in {"responses", "truth"} & set(typed):
        votes.check_known(texts[name], typed[name], typed["stimuli"])
    votes.check_ratings(texts["responses"], typed["responses"], facts)
    typed["responses"], remarks = votes.first_votes(texts["responses"], typed["responses"])
    return Tables(facts=facts, notes=tuple(notes + remarks), **typed)


def _find(folder: Path, name: str) -> Path | None:
    found = [path for path in (folder / f"{name}.csv", folder / f"{name}.parquet") if path.exists()]
    if len(found) > 1:
        raise TableError(found[0].name, 0, "", f"and {found[1].name} are both there: keep one of them.")
    if not found and name in schemas.REQUIRED_TABLES:
        raise TableError(f"{name}.csv", 0, "", f"is not in {folder} (nor {name}.parquet): a study needs it.")
    return found[0] if found else None


def _read_text(path: Path) -> reading.Text:
    return reading.read_parquet(path) if path.suffix == ".parquet" else reading.read_csv(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _changed(document: Mapping[str, Any], sources: Mapping[str, str]) -> tuple[str, ...]:
    """Say which files are no longer the ones that datapackage.json describes."""
    hashes = {r.get("path"): str(r.get("hash", "")).removeprefix("sha256:") for r in document.get("resources", [])}
    return tuple(
        f"{name} is not the file that {PACKAGE} describes: it was changed after the export."
        for name, sha256 in sources.items()
        if hashes.get(name, sha256) != sha256
    )
