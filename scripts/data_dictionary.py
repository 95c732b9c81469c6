"""Write docs/tables.md, the data dictionary, from the tables' schemas.

python -m scripts.data_dictionary [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tables.md"
TABLES = ("stimuli", "responses", "assignments", "checks", "responses_all", "similarity", "truth")
SLUG = "[a-z0-9][a-z0-9_-]{0,62}"
PATTERNS = {
    SLUG: "a slug",
    rf"{SLUG}\.{SLUG}": "two slugs with a full stop between",
    "[0-9a-f]{64}": "64 hexadecimal digits",
}
NOTES = {
    "stimuli": "The analysis needs it. Rows are in the study's order.",
    "responses": "The analysis needs it. [Which answers count](methods.md#which-answers-count) says what is in it.",
    "assignments": "The analysis can do without it; an export always has it.",
    "checks": "The analysis can do without it.",
    "responses_all": "For your own questions: the analysis does not read it.",
    "similarity": "The analysis does not read it yet. It comes with [measure](commands.md#managepy-measure).",
    "truth": "Only [the drawn world](../examples/drawn_scenes/) has one.",
}
HEAD = """# Tables

<!-- Written by python -m scripts.data_dictionary from schemas/*.json: change the schemas, not this page. -->

A study travels as a folder of tables and one `datapackage.json`. `manage.py export --out DIR` writes it,
`python -m analysis report DIR` reads it, and so can anything that reads CSV.

- CSV in UTF-8, with a header; `\\n` ends a line. An empty cell means *unknown*.
- A *slug* is small letters, digits, `-` and `_`, beginning with a letter or digit, 63 at most.
- Identifiers are text. Booleans are `true` and `false`. Times are UTC: `2026-01-31T12:00:00.123Z`.
- The analysis also takes Parquet files with the same columns, in place of the CSV files.
- People appear under pseudonyms only; the same pseudonym is the same person in every table of one export.
- Cells hold text as it is, so that what is read is what was written. What participants wrote is a JSON list and begins
  with `[`: no spreadsheet takes it for a formula. Captions and titles may begin with `=`, `+`, `-` or `@`: import them
  as text, or take the report's tables, where such text has an apostrophe in front.
- Columns, types and limits are those of `schemas/*.json` ([Table Schema](https://datapackage.org/standard/table-schema/)).
  They are checked on the way out and on the way in; an error names file, line, column and remedy.

`datapackage.json` is a Frictionless data package: it lists the files with size and SHA-256, holds their schemas, and
carries what no table says under the key `twicetold`: see [the study's facts](#the-studys-facts).

An export from the site also has `provenance.json`: by stimulus, how it came to be. Original's hash and size, backend,
model asked and answered, prompt, seed, settings, what was sent, tool versions, time, request and cost, as far as they
apply; for a reconstruction the last verdict on it and its time, never who gave it. `python -m compression build` writes
the same as a file per stimulus.
"""
FACTS = """
## The study's facts

The object `twicetold` in `datapackage.json`. Every entry may be missing: the analysis then takes what the tables say
(categories and methods in order of appearance, a scale from 1 to 10) and reports the rest as not said.

| entry | what it is |
|---|---|
| `format` | version of this list, `1` |
| `study`, `title` | slug and title of the study |
| `simulated` | whether pictures or participants are made up |
| `seed` | the study's seed; the clustered bootstrap takes it too |
| `categories` | `slug`, `title` of each, in study order |
| `methods` | `slug`, `title`, `family` of each, in study order; `curve`, `point` and `draw` of operating points |
| `surveys` | by slug: `title`, `shows`, `language` (that people read), `raters`, \
`further_places` (planned after publishing), `reference`, `instrument`, `state`; `questions`, each with its name \
in the tables (`question`), `kind`, `text`, and `scale_min`, `scale_max`, `low`, `high` or `options`; where one rating \
of a pair is all that is asked, its `question`, `text` and scale once more, else `question` is empty |
| `preregistration` | what the study file fixed, with its `sha256` and the time `fixed_at` of publishing |
| `design` | by survey: the balance proof, recomputed from the stored places |
| `rendition_area_px` | pixel area of every shown picture |
| `rendition_watermark` | what was hidden in every shown picture, as fractions of its width and height: `action`, \
`left`, `top`, `right`, `bottom`; empty when nothing was |
| `repeats_excluded` | whether one person can have taken part only once (false as soon as there was an open link) |
| `notes` | conditions in words, such as a missing original |
"""


def page() -> str:
    """Return the data dictionary as Markdown."""
    parts = [HEAD, *(_table(json.loads((ROOT / "schemas" / f"{name}.json").read_text("utf-8"))) for name in TABLES)]
    return "".join([*parts, FACTS])


def _table(schema: Mapping[str, Any]) -> str:
    rows = (f"| `{field['name']}` | {', '.join(_type(field))} | {field['description']} |" for field in schema["fields"])
    head = f"\n## {schema['name']}\n\n{schema['description']} {NOTES[schema['name']]}\n"
    key = schema.get("primaryKey", [])
    unique = f"\nNo two rows agree in {', '.join(f'`{name}`' for name in _listed(key))}.\n" if key else ""
    return "\n".join([head + unique, "| column | type and limits | meaning |", "|---|---|---|", *rows]) + "\n"


def _listed(key: str | list[str]) -> list[str]:
    return [key] if isinstance(key, str) else key


def _type(field: Mapping[str, Any]) -> Iterator[str]:
    limits = field.get("constraints", {})
    yield field["type"]
    if "enum" in limits:
        yield "one of " + " ".join(f"`{value}`" for value in limits["enum"])
    if "minimum" in limits and "maximum" in limits:
        yield f"{limits['minimum']} to {limits['maximum']}"
    elif "minimum" in limits:
        yield f"at least {limits['minimum']}"
    if pattern := limits.get("pattern"):
        yield PATTERNS.get(pattern) or f"`{pattern}`"
    if limits.get("unique"):
        yield "unique"
    if limits.get("required"):
        yield "never empty"


def main() -> int:
    """Write the page, or compare it; return 1 when it is not current."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is not current")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        print("docs/tables.md is not current: run python -m scripts.data_dictionary and commit it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
