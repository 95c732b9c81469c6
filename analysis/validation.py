"""Text in, typed columns out: the schemas' types and constraints, checked by DuckDB in one scan per table."""
# ruff: noqa: S608 (the SQL is put together from our own schemas, never from a table's cells)

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from analysis.errors import TableError
from analysis.reading import Text
from analysis.schemas import Field, Schema

ROW = "_row"
PATTERNS = {
    "integer": r"[+-]?\d+(\.0+)?",
    "number": r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?",
    "boolean": "true|false",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z",
}
CASTS = {
    "string": "{0}",
    "object": "{0}",
    "integer": "TRY_CAST(regexp_replace({0}, '\\.0+$', '') AS BIGINT)",
    "number": "TRY_CAST({0} AS DOUBLE)",
    "boolean": "{0} = 'true'",
    "datetime": "TRY_CAST(replace({0}, 'Z', '') AS TIMESTAMP)",
}
KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "datetime": "a UTC time such as 2026-01-31T12:00:00.123Z",
    "object": "a JSON object",
}
STAND_INS = {"study": "study", "state": "ready", "parameters": "{}", "versions": "{}", "category": "all",
             "survey": "a", "question": "satisfaction", "skipped": "false", "simulated": "false"}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A condition no row may meet, in SQL, and what to say of a cell that does."""

    column: str
    broken: str
    message: str


def validate(text: Text, schema: Schema) -> tuple[pa.Table, list[str]]:
    """Check a text table against its schema.

    Returns
    -------
    table : pyarrow.Table
        The schema's columns, typed, in the schema's order; columns that were not there are empty.
    notes : list of str
        What was assumed or ignored, in words.

    Raises
    ------
    TableError
        At the first row (and in it the first column) that breaks a rule.
    """
    table, notes = _fit(text, schema)
    rules = [rule for field in schema.fields for rule in _rules(field)]
    check(Text(text.file, table, text.line), rules)
    _check_unique(Text(text.file, table, text.line), schema)
    return _cast(table, schema), notes


def check(text: Text, rules: list[Rule]) -> None:
    """Raise a TableError for the first row that meets one of the rules' conditions."""
    firsts = [f"min(CASE WHEN {rule.broken} THEN {ROW} END), count_if({rule.broken})" for rule in rules]
    found = query(text.table, f"SELECT {', '.join(firsts)} FROM raw")[0] if rules else ()
    broken = [(found[2 * i], i, found[2 * i + 1]) for i in range(len(rules)) if found[2 * i] is not None]
    if broken:
        row, index, times = min(broken)
        _raise(text, rules[index], row, times)


def _raise(text: Text, rule: Rule, row: int, times: int) -> None:
    value = text.table[rule.column][row].as_py()
    more = f" ({times - 1} more like it below)" if times > 1 else ""
    raise TableError(text.file, text.line(row), rule.column, f"{_shown(value)} {rule.message}{more}.")


def _shown(value: str | None) -> str:
    if value is None:
        return "an empty cell"
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"


def _fit(text: Text, schema: Schema) -> tuple[pa.Table, list[str]]:
    """Give the table exactly the schema's columns, and say what that took."""
    have = text.table.column_names
    lacking = [f.name for f in schema.fields if f.required and f.name not in have and f.name not in STAND_INS]
    if lacking:
        message = f"{_columns(lacking)} missing; the header has {', '.join(have)}. Add it, or rename yours."
        raise TableError(text.file, 1, lacking[0], message)
    notes = [
        f"{text.file} has no column {f.name}; “{STAND_INS[f.name]}” is assumed for every row."
        for f in schema.fields
        if f.required and f.name not in have
    ]
    extra = [name for name in have if name not in schema.columns]
    if extra:
        notes.append(f"{text.file}: {_columns(extra)} not part of the table and left aside ({', '.join(extra)}).")
    rows = text.table.num_rows
    arrays = [text.table[f.name] if f.name in have else _absent(f, rows) for f in schema.fields]
    return pa.table(arrays, names=list(schema.columns)), notes


def _columns(names: list[str]) -> str:
    return f"the column {names[0]} is" if len(names) == 1 else f"the columns {', '.join(names)} are"


def _absent(field: Field, rows: int) -> pa.Array:
    value = STAND_INS.get(field.name) if field.required else None
    return pa.repeat(pa.scalar(value, pa.string()), rows)


def _rules(field: Field) -> list[Rule]:
    name, limits = _quoted(field.name), field.constraints
    typed = CASTS[field.type].format(name)
    rules = [Rule(field.name, f"{name} IS NULL", "is not allowed here: fill it in")] if field.required else []
    if field.type in PATTERNS:
        broken = f"NOT regexp_full_match({name}, '{PATTERNS[field.type]}') OR ({name} NOT NULL AND {typed} IS NULL)"
        rules.append(Rule(field.name, broken, f"is not {KINDS[field.type]}"))
    if field.type == "object":
        broken = f"CASE WHEN json_valid({name}) THEN json_type({name}) <> 'OBJECT' ELSE {name} NOT NULL END"
        rules.append(Rule(field.name, broken, "is not a JSON object"))
    if "enum" in limits:
        options = ", ".join(limits["enum"])
        rules.append(Rule(field.name, f"{name} NOT IN ({_listed(limits['enum'])})", f"is not one of {options}"))
    if "pattern" in limits:
        broken = f"NOT regexp_full_match({name}, '{limits['pattern']}')"
        rules.append(Rule(field.name, broken, f"does not fit the form {limits['pattern']}"))
    if "minimum" in limits:
        rules.append(Rule(field.name, f"{typed} < {limits['minimum']}", f"is less than {limits['minimum']}"))
    if "maximum" in limits:
        rules.append(Rule(field.name, f"{typed} > {limits['maximum']}", f"is more than {limits['maximum']}"))
    return rules


def _check_unique(text: Text, schema: Schema) -> None:
    unique = [[field.name] for field in schema.fields if field.constraints.get("unique")]
    for columns in [*unique, schema.document.get("primaryKey", [])]:
        if columns:
            _check_unique_together(text, columns)


def _check_unique_together(text: Text, columns: list[str]) -> None:
    names = ", ".join(_quoted(name) for name in columns)
    nth = f"row_number() OVER (PARTITION BY {names} ORDER BY {ROW})"
    row = query(text.table, f"SELECT min({ROW}) FROM (SELECT {ROW}, {nth} AS nth FROM raw) WHERE nth = 2")[0][0]
    if row is not None:
        _raise(text, Rule(columns[-1], "", "was there before: each may be there once; drop one of the rows"), row, 1)


def _cast(table: pa.Table, schema: Schema) -> pa.Table:
    columns = ", ".join(f"{CASTS[f.type].format(_quoted(f.name))} AS {_quoted(f.name)}" for f in schema.fields)
    with duckdb.connect() as connection:
        connection.register("raw", _numbered(table))
        result = connection.execute(f"SELECT {columns} FROM raw ORDER BY {ROW}").fetch_arrow_table()
    return result.cast(schema.arrow)


def query(table: pa.Table, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL over a table, which it knows as `raw`, with its rows numbered from 0 in the column `_row`."""
    with duckdb.connect() as connection:
        connection.register("raw", _numbered(table))
        return connection.execute(sql).fetchall()


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column(ROW, pa.array(np.arange(table.num_rows, dtype=np.int64)))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _listed(options: list[str]) -> str:
    return ", ".join("'" + option.replace("'", "''") + "'" for option in options)
