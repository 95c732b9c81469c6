"""What the results page shows: the report's numbers, its figures, and the stimuli as filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis import prose
from analysis.display import is_undefined
from analysis.exports import harmless
from surveys.models import Rendition, Stimulus, Study
from surveys.selectors import results
from surveys.selectors.pairs import picture_url

Row = dict[str, Any]
FILTERS = ("method", "category")
SORTS: dict[str, Callable[[Row], Any]] = {
    "original": lambda row: row["place"],
    "method": lambda row: row["method_place"],
    "size": lambda row: row["size_bytes"],
    "median": lambda row: row["median"],
    "mean": lambda row: row["mean"],
    "sd": lambda row: row["sd"],
    "n": lambda row: row["n"],
}
CSV_COLUMNS = (
    "stimulus",
    "original",
    "category",
    "method",
    "size_bytes",
    "percent_smaller",
    "n",
    "median",
    "low",
    "high",
    "mean",
    "sd",
    "min",
    "max",
    "caption",
)


def page(study: Study, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results page's context; ``chosen`` holds the filters and the sorting of the table of stimuli."""
    if not Stimulus.objects.filter(original__study=study, current=True).exists():
        return {"study": study, "simulated": study.simulated, "numbers": None}
    numbers = results.numbers(study)
    titles, pictures = _titles(study, numbers), _pictures(study)
    figures = results.figure_words(numbers) if numbers["basis"]["ratings"] else []
    return {
        "study": study,
        "simulated": numbers["study"]["simulated"],
        "numbers": numbers,
        "other_surveys": prose.other_surveys(numbers),
        "figures": [figure for figure in figures if figure["name"] != "iso"],
        "titles": titles,
        "iso": _iso(numbers, figures),
        "exemplar": [row | pictures[row["stimulus"]] for row in _exemplar(numbers)],
        "rows": [row | pictures[row["stimulus"]] for row in shown(numbers, chosen)],
        "chosen": {name: chosen.get(name, "") for name in FILTERS},
        "sort": chosen.get("sort", "original"),
    }


def shown(numbers: Row, chosen: Mapping[str, Any]) -> list[Row]:
    """Return the stimuli that pass the filters, sorted; what is undefined comes last either way."""
    methods = [method["slug"] for method in numbers["study"]["methods"]]
    places = {row["stimulus"]: place for place, row in enumerate(numbers["stimuli"])}
    rows = [
        row | {"place": places[row["stimulus"]], "method_place": methods.index(row["method"])}
        for row in numbers["stimuli"]
        if all(chosen.get(name, "") in ("", row[name]) for name in FILTERS)
    ]
    return _sorted(rows, chosen.get("sort", "original"))


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    key = SORTS.get(sort.removeprefix("-"), SORTS["original"])
    known = [row for row in rows if not is_undefined(key(row))]
    return sorted(known, key=key, reverse=sort.startswith("-")) + [row for row in rows if is_undefined(key(row))]


def csv_rows(study: Study, chosen: Mapping[str, Any]) -> list[list[Any]]:
    """Return the shown stimuli as lines of a CSV file, its header first; what is undefined is empty."""
    rows = [_flat(row) for row in shown(results.numbers(study), chosen)]
    return [list(CSV_COLUMNS), *([_plain(row.get(name)) for name in CSV_COLUMNS] for row in rows)]


def _flat(row: Row) -> Row:
    return row | ({} if is_undefined(row["interval"]) else row["interval"])


def _plain(value: Any) -> Any:
    return "" if value is None or is_undefined(value) else harmless(value)


def _exemplar(numbers: Row) -> list[Row]:
    """Return the stimuli of the comparison between the best words and the best file; none where it is undefined."""
    exemplar = numbers["headlines"]["exemplar"]
    if is_undefined(exemplar):
        return []
    rows = {row["stimulus"]: row for row in numbers["stimuli"]}
    return [rows[exemplar[family]["stimulus"]] for family in ("textual", "classical")]


def _pictures(study: Study) -> dict[str, Row]:
    """Return the addresses of the two pictures of each stimulus; empty where there is none."""
    stimuli = Stimulus.objects.filter(original__study=study, current=True)
    rows = stimuli.select_related("original", "method", "rendition", "original_rendition")
    return {row.name: {"original_url": _url(row.original_rendition), "shown_url": _url(row.rendition)} for row in rows}


def _url(rendition: Rendition | None) -> str:
    return picture_url(rendition) if rendition else ""


def _titles(study: Study, numbers: Row) -> Row:
    """Return titles by slug, of originals, methods and categories."""
    originals = {row.slug: row.title or row.slug for row in study.originals.all()}
    parts = {part["slug"]: part["title"] for name in ("methods", "categories") for part in numbers["study"][name]}
    return {"originals": originals, "parts": parts}


def _iso(numbers: Row, figures: list[Row]) -> Row:
    """Return the iso-satisfaction figure and its two tables, from the top down."""
    cells = {name: _by_level(numbers, name) for name in ("at_least", "equal")}
    reached: list[Row] = []
    for row in cells["at_least"]:
        new = not reached or reached[-1]["cells"] != row["cells"]
        if new and not all(is_undefined(cell) for cell in row["cells"]):
            reached.append(row)
    return {
        "figure": next((figure for figure in figures if figure["name"] == "iso"), None),
        "at_least": reached,
        "equal": [row for row in cells["equal"] if any(row["cells"])],
    }


def _by_level(numbers: Row, name: str) -> list[Row]:
    iso = numbers["iso"]
    curves = [iso["methods"][method["slug"]][name] for method in numbers["study"]["methods"]]
    rows = [{"level": level, "cells": [curve[place] for curve in curves]} for place, level in enumerate(iso["levels"])]
    return rows[::-1]
