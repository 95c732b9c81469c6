"""Sheets as files: CSV that a spreadsheet cannot run, LaTeX that a caption cannot break."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

from analysis.display import is_undefined
from analysis.sheets import Column, Sheet

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\u2212": "$-$",
    "×": r"$\times$",
    "\n": " ",
    "\r": " ",
}
LONG = 30


def csv_bytes(sheet: Sheet, *, simulated: bool) -> bytes:
    """Write a sheet's raw values as CSV; intervals become two columns, undefined values their reason.

    Text that a spreadsheet would take for a formula gets an apostrophe in front. The last column says in every row
    whether the study is simulated.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    flat = [name for column in sheet.columns for name in _names(column)]
    writer.writerow([*flat, "simulated"])
    mark = "true" if simulated else "false"
    writer.writerows([*(cell for column in sheet.columns for cell in _cells(column, row)), mark] for row in sheet.rows)
    return buffer.getvalue().encode()


def _names(column: Column) -> list[str]:
    key = column.title if column.key.isdigit() else column.key
    return [f"{key}_low", f"{key}_high"] if _is_interval(column) else [key]


def _is_interval(column: Column) -> bool:
    return column.key.startswith("interval")


def _cells(column: Column, row: Any) -> list[Any]:
    value = row[column.key]
    if _is_interval(column):
        return [value["undefined"]] * 2 if is_undefined(value) else [value["low"], value["high"]]
    if isinstance(value, dict) and "ratio" in value:
        return [value["ratio"]]
    if isinstance(value, dict) and "bytes" in value:
        return [value["bytes"]]
    return [harmless(column.show(value) if isinstance(value, dict | list | str) else value)]


def harmless(value: Any) -> Any:
    """Return text that a spreadsheet would take for a formula with an apostrophe in front; all else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def latex(sheet: Sheet, *, simulated: bool) -> bytes:
    r"""Write a sheet as a booktabs table (\usepackage{booktabs}; long ones also \usepackage{longtable}).

    The caption says when the study is simulated.
    """
    if simulated:
        sheet = replace(sheet, title=f"{sheet.title} (SIMULATED)")
    form = "".join("r" if column.numeric else "l" for column in sheet.columns)
    head = " & ".join(escape(column.title) for column in sheet.columns) + r" \\"
    body = [" & ".join(escape(cell) for cell in row) + r" \\" for row in sheet.texts()]
    lines = _longtable(sheet, form, head, body) if len(body) > LONG else _tabular(sheet, form, head, body)
    return ("\n".join(lines) + "\n").encode()


def _tabular(sheet: Sheet, form: str, head: str, body: list[str]) -> list[str]:
    return [
        r"\begin{table}",
        rf"\caption{{{escape(sheet.title)}}}\label{{tab:{sheet.name}}}",
        rf"\begin{{tabular}}{{{form}}}",
        *(r"\toprule", head, r"\midrule", *body, r"\bottomrule"),
        r"\end{tabular}",
        r"\end{table}",
    ]


def _longtable(sheet: Sheet, form: str, head: str, body: list[str]) -> list[str]:
    return [
        rf"\begin{{longtable}}{{{form}}}",
        rf"\caption{{{escape(sheet.title)}}}\label{{tab:{sheet.name}}}\\",
        *(r"\toprule", head, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot", *body),
        r"\end{longtable}",
    ]


def escape(text: str) -> str:
    """Make text inert in LaTeX; control characters are dropped."""
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    return "".join(LATEX.get(character, character) for character in kept)


def json_bytes(numbers: Any) -> bytes:
    """Write numbers.json: two spaces, UTF-8, never NaN."""
    return (json.dumps(numbers, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
