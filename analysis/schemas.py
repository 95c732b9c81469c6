"""The tables' schemas: Frictionless Table Schemas in `schemas/`, the one description of every column."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
TABLES = ("stimuli", "responses", "assignments", "checks", "responses_all", "similarity", "truth")
REQUIRED_TABLES = ("stimuli", "responses")
ARROW_TYPES = {
    "string": pa.string(),
    "object": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "datetime": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True)
class Field:
    """One column: its name, Table Schema type and constraints."""

    name: str
    type: str
    constraints: Mapping[str, Any]

    @property
    def required(self) -> bool:
        """Whether no cell of the column may be empty."""
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class Schema:
    """A table's columns in order, and the JSON they were read from."""

    name: str
    fields: tuple[Field, ...]
    document: Mapping[str, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(field.name for field in self.fields)

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema of the validated table."""
        return pa.schema([(field.name, ARROW_TYPES[field.type]) for field in self.fields])


@cache
def load(table: str) -> Schema:
    """Read the schema of a table by the table's name (one of `TABLES`)."""
    document = json.loads((FOLDER / f"{table}.json").read_text(encoding="utf-8"))
    fields = tuple(Field(f["name"], f["type"], f.get("constraints", {})) for f in document["fields"])
    return Schema(table, fields, document)
