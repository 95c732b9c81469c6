"""From who began to who counts: the waterfall of assignments."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import report, schemas, screening
from analysis.results import compute
from analysis.tables import Tables, from_rows, write_package
from tests.analysis import worlds

Row = dict[str, Any]


def assignment(number: int, **fields: Any) -> Row:
    """One row of the assignments table: finished, usable and counted, unless told otherwise."""
    row = {"study": "made-up", "survey": "a", "assignment": f"a-{number}", "state": "submitted", "simulated": True}
    return row | {"counted": True, "payable": True, "usable": True} | fields


def excluded(number: int, *names: str, **fields: Any) -> Row:
    reasons = json.dumps([{"rule": name, "limit": 1} for name in names])
    return assignment(number, counted=False, usable=False, excluded_by=reasons, **fields)


def tables(*rows: Row) -> dict[str, list[Row]]:
    return worlds.study(raters=2) | {"assignments": list(rows)}


@cache
def world() -> Tables:
    return from_rows(worlds.study(raters=1), worlds.facts())


def numbers(*rows: Row) -> dict[str, Any]:
    table = pa.Table.from_pylist(list(rows), schema=schemas.load("assignments").arrow)
    return {"screening": screening.screening(replace(world(), assignments=table))}


def texts(*rows: Row) -> list[list[str]]:
    return screening.sheet(numbers(*rows)).texts()


def test_each_step_is_what_is_left_of_the_one_before():
    rows = [
        *(assignment(n) for n in range(5)),
        assignment(5, state="started", counted=False, usable=None, payable=None),
        assignment(6, state="returned", counted=False, usable=None),
        assignment(7, state="returned", counted=False, usable=None),
        excluded(8, "attention_failures", "gold_failures", flags="attention gold"),
        excluded(9, "gold_failures"),
        excluded(10, "attention_failures"),
        assignment(11, counted=False, flags="straight_line"),
        assignment(12, counted=False, usable=None),
    ]
    assert texts(*rows) == [
        ["A", "Began", "13", ""],
        ["A", "less: gave the place back", "2", ""],
        ["A", "less: still at it", "1", ""],
        ["A", "Finished", "10", ""],
        ["A", "less: excluded, attention checks missed", "2", "2"],
        ["A", "less: excluded, gold checks missed", "1", "2"],
        ["A", "less: no verdict", "1", ""],
        ["A", "Usable", "6", ""],
        ["A", "less: surplus, the place was already filled", "1", ""],
        ["A", "Counted", "5", ""],
    ]
    assert screening.sentences(numbers(*rows)) == [
        "Survey A: 3 of 10 finished assignments excluded (attention checks missed 2, gold checks missed 1). "
        "Flags are on 2 assignments (attention 1, gold 1, straight line 1). A flag excludes nobody."
    ]


def test_without_exclusions_it_is_said_plainly():
    rows = [assignment(1), assignment(2)]
    assert [row[1] for row in texts(*rows)] == ["Began", "Finished", "Usable", "Counted"]
    assert screening.sentences(numbers(*rows)) == [
        "Survey A: 2 assignments finished, and no rule excluded any. No assignment has a flag."
    ]


def test_every_survey_has_its_own_steps():
    rows = [assignment(1, survey="b"), assignment(2), excluded(3, "gold_failures", survey="b")]
    assert [(row[0], row[2]) for row in texts(*rows) if row[1] == "Counted"] == [("A", "1"), ("B", "1")]


def test_before_anybody_finished_it_says_so():
    rows = [assignment(1, state="started", counted=False, usable=None)]
    assert screening.sentences(numbers(*rows))[0].startswith("Survey A: nobody has finished.")


def test_without_the_table_nothing_is_known_and_no_table_is_made(tmp_path: Path):
    write_package(tmp_path, worlds.study(raters=2), worlds.facts())
    page = report.write(tmp_path)
    assert "There is no assignments table, so it is not known who was excluded." in page.read_text()
    assert not (page.parent / "screening.csv").exists()


def test_the_report_has_words_and_table(tmp_path: Path):
    write_package(tmp_path, tables(assignment(1), excluded(2, "gold_failures")), worlds.facts())
    page = report.write(tmp_path)
    assert "1 of 2 finished assignments excluded (gold checks missed 1)" in page.read_text()
    lines = (page.parent / "screening.csv").read_text().splitlines()
    assert lines[0] == "survey,step,assignments,hit,simulated"
    assert 'A,"less: excluded, gold checks missed",1,1,true' in lines
    report._check_replaceable(page.parent)


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        (None, ["no reason given"]),
        ("seen twice", ["seen twice"]),
        ("[]", ["no reason given"]),
        ('["bot"]', ['["bot"]']),
        ('[{"limit": 1}]', ['[{"limit": 1}]']),
        ("12", ["12"]),
        ('[{"rule": "a"}, {"rule": "a"}, {"rule": "b"}]', ["a", "b"]),
    ],
)
def test_reasons_of_tables_from_elsewhere(said, reasons):
    assert screening.rules(said) == reasons


STATES = st.sampled_from(["submitted", "started", "returned", "timed_out", "screened_out", "withdrawn", "odd"])
RULES = st.lists(st.sampled_from(["gold_failures", "attention_failures", "duplicate_person"]), max_size=3)
ROWS = st.lists(st.tuples(STATES, st.booleans(), st.none() | st.booleans(), RULES, st.sampled_from("ab")), max_size=30)


@given(ROWS)
def test_whatever_the_table_says_each_assignment_leaves_once(drawn):
    rows = [
        assignment(
            n,
            state=state,
            counted=counted,
            usable=usable,
            survey=survey,
            excluded_by=json.dumps([{"rule": name} for name in names]),
        )
        for n, (state, counted, usable, names, survey) in enumerate(drawn)
    ]
    for one in numbers(*rows)["screening"]["surveys"]:
        own = [row for row in rows if row["survey"] == one["survey"]]
        left = len(own)
        for step in one["steps"]:
            if step["kind"] in screening.KINDS:
                assert step["assignments"] == left
            else:
                assert step["assignments"] or step["hit"]
                left -= step["assignments"]
            assert step["hit"] is None or step["hit"] >= step["assignments"] or step["reason"] == screening.NO_REASON
        assert left == sum(row["counted"] for row in own)


def test_flags_change_no_number_but_their_own():
    plain = [assignment(n) for n in range(4)]
    flagged = [row | {"flags": "too_fast copied", "flag_values": "[]"} for row in plain]
    before, after = (compute(from_rows(tables(*rows), worlds.facts())) for rows in (plain, flagged))
    assert before.pop("screening")["surveys"][0]["steps"] == after.pop("screening")["surveys"][0]["steps"]
    assert before == after


def test_a_rule_that_only_repeats_another_is_listed_all_the_same():
    rows = [assignment(1), excluded(2, "attention_failures", "gold_failures")]
    assert texts(*rows)[2:4] == [
        ["A", "less: excluded, attention checks missed", "1", "1"],
        ["A", "less: excluded, gold checks missed", "0", "1"],
    ]
