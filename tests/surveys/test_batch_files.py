"""Result files of batches: columns by a mapping, no raw worker id, and a file of another study refused whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.results import compute
from analysis.tables import read
from surveys.models import Answer, Assignment, Survey
from surveys.services import batch_files
from surveys.services.batch_mapping import read_mapping
from surveys.services.errors import ServiceError
from tests.surveys import factories

pytestmark = pytest.mark.django_db

MAPPING = b"""
[[items]]
stimulus = "Input.left"
answers = {satisfaction = "Answer.left"}
[[items]]
stimulus = "Input.right"
answers = {satisfaction = "Answer.right"}
[stimuli]
"https://example.org/0-1.jpg" = "picture-0.method-1"
"""
HEAD = (
    "HITId", "AssignmentId", "WorkerId", "AssignmentStatus", "AcceptTime", "SubmitTime", "WorkTimeInSeconds",
    "Input.left", "Input.right", "Answer.left", "Answer.right",
)  # fmt: skip
TIMES = ("Tue Nov 24 08:00:00 PST 2015", "Tue Nov 24 08:01:40 PST 2015", "100")
ROWS = (
    ("3H1", "3A1", "A1WORKER", "Approved", *TIMES, "picture-0.method-0", "https://example.org/0-1.jpg", "7", "3"),
    ("3H1", "3A2", "A2WORKER", "Submitted", *TIMES, "picture-0.method-0", "picture-1.method-1", "9", "{}"),
    ("3H2", "3A3", "A1WORKER", "Approved", *TIMES, "picture-0.method-0", "picture-1.method-0", "5", "4"),
    ("3H2", "3A4", "A3WORKER", "Rejected", *TIMES, "picture-0.method-0", "picture-1.method-0", "1", "1"),
)


def text(rows: Any = ROWS, head: Any = HEAD) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([head, *rows])
    return file.getvalue().encode()


def changed(column: str, cell: str, row: int = 0) -> bytes:
    rows = [list(each) for each in ROWS]
    rows[row][HEAD.index(column)] = cell
    return text(rows)


@pytest.fixture
def survey() -> Survey:
    return factories.make_planned_survey(factories.make_study())


def imported(survey: Survey, folder: Path, data: bytes, mapping: bytes = MAPPING) -> batch_files.Imported:
    return batch_files.import_batch(survey=survey, data=data, mapping=read_mapping(mapping), out=folder)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text("utf-8"))))


def test_a_result_file_becomes_the_tables_of_a_report(survey, tmp_path):
    found = imported(survey, tmp_path / "out", text())
    assert found == batch_files.Imported(assignments=4, counted=3, answers=6, repeats=1)
    rows = [(row["stimulus"], row["value"], row["skipped"]) for row in table(tmp_path / "out", "responses")]
    assert rows == [
        ("picture-0.method-0", "7", "false"),
        ("picture-0.method-1", "3", "false"),
        ("picture-0.method-0", "9", "false"),
        ("picture-1.method-1", "", "true"),
        ("picture-0.method-0", "5", "false"),
        ("picture-1.method-0", "4", "false"),
    ]
    first, *_, last = table(tmp_path / "out", "assignments")
    assert (first["started_at"], first["submitted_at"]) == ("2015-11-24T16:00:00.000Z", "2015-11-24T16:01:40.000Z")
    assert (last["counted"], last["payable"], last["excluded_by"]) == ("false", "false", '["status"]')
    numbers = compute(read(tmp_path / "out"), inferring=False)
    medians = {row["stimulus"]: row["median"] for row in numbers["stimuli"] if row["n"]}
    first_votes = {"picture-0.method-0": (7 + 9) / 2, "picture-0.method-1": 3, "picture-1.method-0": 4}
    assert medians == first_votes, "a person's second vote on a stimulus is not counted"
    assert not Assignment.objects.exists()
    assert not Answer.objects.exists()


def test_no_raw_id_of_worker_or_assignment_is_written_and_a_worker_keeps_one_pseudonym(survey, tmp_path, capsys):
    (tmp_path / "r.csv").write_bytes(text())
    (tmp_path / "m.toml").write_bytes(MAPPING)
    given = {"results": tmp_path / "r.csv", "mapping": tmp_path / "m.toml"}
    call_command("import_batch", **given, out=tmp_path / "out")
    written = "".join(file.read_text("utf-8") for file in (tmp_path / "out").iterdir()) + capsys.readouterr().out
    assert "1 answers are to a stimulus that the same worker" in written
    assert not any(raw in written for raw in ("A1WORKER", "A2WORKER", "3A1", "3A2"))
    who = [row["participant"] for row in table(tmp_path / "out", "assignments")]
    assert who[0] == who[2]
    assert len(set(who)) == 3
    call_command("import_batch", **given, out=tmp_path / "again")
    assert [row["participant"] for row in table(tmp_path / "again", "assignments")] == who


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no column 'WorkerId'"),
        (b"\xff\xfe\x00", "can't be read as CSV"),
        (text(rows=()), "no rows"),
        (text(head=[*HEAD[:-1], "Answer.other"]), "no column 'Answer.right'"),
        (text(rows=[ROWS[0][:-1]]), "Line 2 has more or fewer cells"),
        (text(rows=[(*ROWS[0], "more")]), "Line 2 has more or fewer cells"),
        (text(rows=[ROWS[0], ROWS[0]]), "Lines 2 and 3 are the same assignment"),
        (changed("WorkerId", " "), "Line 2 names no worker"),
        (changed("AssignmentId", ""), "Line 2 names no assignment"),
        (changed("Input.left", "cat.jpg", row=1), "Line 3, column Input.left: 'cat.jpg' is no stimulus of this study"),
        (changed("Answer.left", "11"), "Line 2, column Answer.left: what stands there is no answer"),
        (changed("Answer.left", "7.5"), "no answer to satisfaction"),
        (changed("Answer.left", "٧"), "no answer to satisfaction"),
        (changed("WorkTimeInSeconds", "-1"), "whole number of seconds"),
        (changed("SubmitTime", "yesterday"), "Line 2, column SubmitTime"),
        (changed("SubmitTime", "Tue Nov 31 08:00:00 PST 2015"), "Line 2, column SubmitTime"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words_and_nothing_is_written(survey, tmp_path, data, words):
    with pytest.raises(ServiceError, match=words) as refused:
        imported(survey, tmp_path / "out", data)
    assert "A1WORKER" not in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (b"items = [", "no TOML file"),
        (b"", "items: Field required"),
        (MAPPING + b'[other]\nx = "y"', "other"),
        (
            MAPPING.replace(b"[[items]]\n", b"[[items]]\nposition = 2\n", 1),
            "used. Value error, position 2 occurs twice",
        ),
        (MAPPING.replace(b"satisfaction", b"warmth"), "does not ask warmth: it asks satisfaction"),
        (MAPPING.replace(b"picture-0.method-1", b"cat.jpeg"), "stimuli that this study does not have: cat.jpeg"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_words(survey, tmp_path, mapping, words):
    with pytest.raises(ServiceError, match=words):
        imported(survey, tmp_path / "out", text(), mapping)
    assert not (tmp_path / "out").exists()


OURS = b'counted = "Counts"\nsimulated = "Drawn"\nescaped = true\n' + MAPPING


def ours(counts: str = "true", drawn: str = "false", left: str = "7", row: int = 0) -> bytes:
    rows = [[*ROWS[0], "true", "false"], [*ROWS[1], "TRUE", "false"], [*ROWS[3], "true", "false"]]
    rows[row][-2:] = [counts, drawn]
    rows[row][HEAD.index("Answer.left")] = left
    return text(rows, [*HEAD, "Counts", "Drawn"])


def test_a_column_may_say_which_rows_count_of_those_whose_status_does(survey, tmp_path):
    assert imported(survey, tmp_path / "out", ours("false"), OURS).counted == 1
    rows = [(row["counted"], row["excluded_by"], row["payable"]) for row in table(tmp_path / "out", "assignments")]
    assert rows == [("false", '["counted"]', "true"), ("true", "", ""), ("false", '["status"]', "false")]


def test_a_column_may_say_which_rows_are_by_programs(survey, tmp_path):
    imported(survey, tmp_path / "out", ours(drawn="true"), OURS)
    assert [row["simulated"] for row in table(tmp_path / "out", "assignments")] == ["true", "false", "false"]
    assert [row["simulated"] for row in table(tmp_path / "out", "responses")] == ["true"] * 2 + ["false"] * 2
    assert read(tmp_path / "out").facts.simulated


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ours("yes"), "Line 2, column Counts: true or false is expected"),
        (ours(drawn="", row=1), "Line 3, column Drawn: true or false is expected"),
        (text(), "no column 'Counts'"),
        (ours(left="'"), "no answer to satisfaction"),
    ],
)
def test_a_column_that_says_something_else_is_refused(survey, tmp_path, data, words):
    with pytest.raises(ServiceError, match=words):
        imported(survey, tmp_path / "out", data, OURS)


def test_an_apostrophe_in_front_is_dropped_where_the_mapping_says_so(survey, tmp_path):
    assert imported(survey, tmp_path / "out", ours(left="'7"), OURS).counted == 2
    with pytest.raises(ServiceError, match="no answer to satisfaction"):
        imported(survey, tmp_path / "other", changed("Answer.left", "'7"))


def test_an_item_without_stimulus_and_answers_is_not_in_this_form_and_positions_may_be_said(survey, tmp_path):
    rows = [list(row) for row in ROWS]
    for column in ("Input.left", "Answer.left"):
        rows[0][HEAD.index(column)] = ""
    mapping = MAPPING.replace(b"[[items]]\n", b"[[items]]\nposition = 5\n", 1)
    assert imported(survey, tmp_path / "out", text(rows), mapping).answers == 5
    assert [row["position"] for row in table(tmp_path / "out", "responses")] == ["2", "5", "2", "5", "2"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stderr", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_a_terminal_is_told_how_many_lines_were_read(survey, tmp_path, monkeypatch, stderr, shown):
    monkeypatch.setenv("TERM", "xterm")
    heard = stderr()
    monkeypatch.setattr("sys.stderr", heard)
    many = [[f"3H{n}", f"3A{n}", f"A{n}WORKER", *ROWS[0][3:]] for n in range(250)]
    (tmp_path / "r.csv").write_bytes(text(many))
    (tmp_path / "m.toml").write_bytes(MAPPING)
    call_command("import_batch", results=tmp_path / "r.csv", mapping=tmp_path / "m.toml", out=tmp_path / "out")
    assert ("lines" in heard.getvalue()) is shown


def test_a_file_that_is_not_there_is_told(survey, tmp_path):
    with pytest.raises(CommandError, match="check the path"):
        call_command("import_batch", results=tmp_path / "r.csv", mapping=tmp_path / "m.toml", out=tmp_path / "out")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Tue Nov 24 08:00:00 PST 2015", datetime(2015, 11, 24, 16, tzinfo=UTC)),
        ("Wed Jul 01 08:00:00 PDT 2015", datetime(2015, 7, 1, 15, tzinfo=UTC)),
        ("2015-11-24T08:00:00+01:00", datetime(2015, 11, 24, 7, tzinfo=UTC)),
        ("2015-11-24T08:00:00", None),
        ("Tue Nov 24 08:00:00 CEST 2015", None),
    ],
)
def test_times_as_result_files_write_them(said, meant):
    assert batch_files.parse_time(said) == meant
