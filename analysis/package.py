"""A study's tables as a Frictionless data package: deterministic bytes, replaced together or not at all."""

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis import facts as facts_module
from analysis import reading, schemas
from analysis.facts import PACKAGE
from analysis.validation import validate


def write_package(
    folder: Path, tables: Mapping[str, list[dict[str, Any]] | pa.Table], facts: Mapping[str, Any]
) -> None:
    """Write tables as CSV files and describe them in datapackage.json.

    The same tables and facts always give the same bytes. Everything is checked by the schemas before the first file
    is touched; each file is then replaced in one step, datapackage.json last. Files of tables that an earlier
    package in this folder listed, and this one does not have, are removed.

    Parameters
    ----------
    folder : Path
        Made when it is not there; other files in it are left alone.
    tables : mapping
        By table name (see `analysis.schemas.TABLES`): rows as dictionaries, absent or None = empty, or an Arrow
        table. Datetimes must carry a time zone; mappings and lists become JSON.
    facts : mapping
        The property `twicetold` of the package: the facts of the study.

    Raises
    ------
    TableError
        When a table or a fact does not fit its schema; nothing has been written then.
    """
    facts_module.parse(dict(facts))
    files = {f"{name}.csv": _csv_bytes(name, tables[name]) for name in schemas.TABLES if name in tables}
    document = _document(files, facts)
    files[PACKAGE] = (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    stale = _listed(folder) - set(files)
    _replace(folder, files)
    for name in stale:
        (folder / name).unlink(missing_ok=True)


def _csv_bytes(name: str, rows: list[dict[str, Any]] | pa.Table) -> bytes:
    schema = schemas.load(name)
    text = reading.from_rows(name, schema.columns, rows)
    validate(text, schema)
    cells = {column: text.table[column].to_pylist() for column in text.table.column_names if column in schema.columns}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(schema.columns)
    blank = [None] * text.table.num_rows
    writer.writerows(zip(*(cells.get(column, blank) for column in schema.columns), strict=True))
    return buffer.getvalue().encode()


def _document(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": facts.get("study", "study"),
        "title": facts.get("title") or facts.get("study", "study"),
        "twicetold": dict(facts),
        "resources": [_resource(name, data) for name, data in files.items()],
    }


def _resource(file: str, data: bytes) -> dict[str, Any]:
    document = schemas.load(Path(file).stem).document
    return {
        "profile": "tabular-data-resource",
        "name": document["name"],
        "title": document["title"],
        "description": document["description"],
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": {key: document[key] for key in document if key in _SCHEMA_KEYS},
    }


_SCHEMA_KEYS = ("fields", "missingValues", "primaryKey", "foreignKeys")


def _listed(folder: Path) -> set[str]:
    """Files of our tables that the package already in the folder lists."""
    ours = {f"{name}.csv" for name in schemas.TABLES}
    resources = facts_module.read_document(folder).get("resources", [])
    return ours & {str(resource.get("path")) for resource in resources}


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    with_all = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        for name, data in files.items():
            _write_durably(with_all / name, data)
        for name in files:
            (with_all / name).replace(folder / name)
    finally:
        shutil.rmtree(with_all)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
