"""The report's comparison of methods."""

import csv
import json
from typing import Any

import pytest

from analysis import comparing, exports, report
from analysis.results import compute
from analysis.tables import from_rows
from tests.analysis import worlds


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(compute(from_rows(worlds.study(), worlds.facts()))))
    return found


def test_without_the_comparison_all_other_numbers_are_the_same(numbers: dict[str, Any]):
    others = json.loads(json.dumps(compute(from_rows(worlds.study(), worlds.facts()), inferring=False)))
    assert others == {name: value for name, value in numbers.items() if name != "inference"}


def test_all_pairs_stand_in_the_table_with_titles_and_probabilities_in_three_digits(numbers: dict[str, Any]):
    sheet = comparing.sheet(numbers)
    texts = sheet.texts()
    assert len(texts) == len(numbers["inference"]["pairs"]) == 10
    titles = {method["title"] for method in numbers["study"]["methods"]}
    assert {text for row in texts for text in row[:2]} == titles
    assert all("nan" not in cell.lower() for row in texts for cell in row)
    for row, raw in zip(texts, sheet.rows, strict=True):
        assert row[7] == comparing.probability(raw["wilcoxon_p"])


def test_what_it_rests_on_is_said(numbers: dict[str, Any]):
    model, interaction, friedman, margin = comparing.sentences(numbers)
    found = numbers["inference"]["model"]
    assert f"of {found['ratings']:,} ratings by {found['participants']} participants" in model
    assert "likelihood ratio" in interaction
    assert "Friedman, over 15 originals" in friedman
    assert "margin" in margin


@pytest.mark.parametrize(
    ("fixed", "told"),
    [
        ({"before_first_answer": True}, "was fixed before the first answer."),
        ({"before_first_answer": False}, "was fixed only after the first answer."),
        ({"before_first_answer": {"undefined": "unknown"}}, "was fixed when, is not known."),
        ({"undefined": "nothing was pre-registered"}, "was fixed when, is not known."),
    ],
)
def test_when_the_margin_was_fixed_is_said(numbers: dict[str, Any], fixed: dict[str, Any], told: str):
    said = {**numbers, "preregistration": fixed, "inference": numbers["inference"] | {"margin": 0.5}}
    assert comparing.sentences(said)[3].endswith(told)
    said["inference"] = said["inference"] | {"margin": {"undefined": "no margin"}}
    assert comparing.sentences(said)[3].startswith("No margin of equivalence was fixed beforehand")


def test_one_method_has_words_and_no_table():
    tables, facts = worlds.study(), worlds.facts()
    kept = facts["methods"][0]["slug"]
    names = {row["stimulus"] for row in tables["stimuli"] if row["method"] == kept}
    own = {name: [row for row in tables[name] if row["stimulus"] in names] for name in ("stimuli", "responses")}
    facts["methods"] = facts["methods"][:1]
    numbers = compute(from_rows(own, facts))
    said = comparing.sentences(numbers)
    assert said[0] == "There is no mixed model: it takes ratings of two methods or more."
    assert "contrasts" not in report.make_sheets(numbers)


def test_the_table_is_among_the_reports_files(numbers: dict[str, Any]):
    sheet = report.make_sheets(numbers)["contrasts"]
    rows = list(csv.DictReader(exports.csv_bytes(sheet, simulated=False).decode().splitlines()))
    assert len(rows) == 10
    assert {f"{sheet.name}.csv", f"{sheet.name}.tex"} <= report._known()
