"""The report's comparison of methods."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from analysis import comparing, report
from analysis.results import compute
from analysis.tables import from_rows, write_package
from tests.analysis import worlds


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(compute(from_rows(worlds.study(), worlds.facts()))))
    return found


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


def test_one_method_has_words_and_no_table(tmp_path: Path):
    tables, facts = worlds.study(), worlds.facts()
    kept = facts["methods"][0]["slug"]
    names = {row["stimulus"] for row in tables["stimuli"] if row["method"] == kept}
    tables["stimuli"] = [row for row in tables["stimuli"] if row["stimulus"] in names]
    tables["responses"] = [row for row in tables["responses"] if row["stimulus"] in names]
    facts["methods"] = facts["methods"][:1]
    write_package(tmp_path, {name: tables[name] for name in ("stimuli", "responses")}, facts)
    page = report.write(tmp_path)
    assert "There is no mixed model: it takes ratings of two methods or more." in page.read_text()
    assert not (page.parent / "contrasts.csv").exists()


def test_the_table_is_among_the_reports_files(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    page = report.write(tmp_path)
    rows = list(csv.DictReader((page.parent / "contrasts.csv").read_text().splitlines()))
    assert len(rows) == 10
    assert (page.parent / "contrasts.tex").exists()
    assert 'id="comparing"' in page.read_text()
