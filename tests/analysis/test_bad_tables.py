"""Each thing that is wrong with a table is named: file, line, column, what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.tables import TableError, read, write_package
from tests.analysis import worlds

STIMULI = "stimulus,original,method,family,size_bytes\ncat.jpeg,cat,jpeg,classical,900\ncat.words,cat,words,textual,\n"
RESPONSES = "stimulus,participant,value\ncat.jpeg,p1,9\ncat.words,p1,6\ncat.jpeg,p2,10\n"


def folder(path: Path, stimuli: str | bytes = STIMULI, responses: str | bytes = RESPONSES) -> Path:
    for name, text in (("stimuli.csv", stimuli), ("responses.csv", responses)):
        (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_anybodys_two_files_are_enough(tmp_path: Path):
    tables = read(folder(tmp_path))
    assert tables.responses["value"].to_pylist() == ["9", "6", "10"]
    assert tables.stimuli["size_bytes"].to_pylist() == [900, None]
    assert [method.slug for method in tables.facts.methods] == ["jpeg", "words"]
    assert tables.facts.rating_survey[0] == "a"
    assert any("no column category" in note for note in tables.notes)


BAD = {
    "a missing column": (
        lambda p: folder(p, responses="stimulus,participant,rating\ncat.jpeg,p1,9\n"),
        r"responses\.csv, line 2, column value: an empty cell is no answer",
    ),
    "a missing required column": (
        lambda p: folder(p, responses="item,participant,value\ncat.jpeg,p1,9\n"),
        r"responses\.csv, line 1, column stimulus: the column stimulus is missing; the header has item, participant",
    ),
    "a rating above the scale": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,11\ncat.words,p3,12\n"),
        r"responses\.csv, line 5, column value: “11” is outside the scale: a rating is one of 1 to 10 \(1 more",
    ),
    "a rating below the scale": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,0\n"),
        r"line 5, column value: “0” is outside the scale",
    ),
    "a fraction": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,7.5\n"),
        r"line 5, column value: “7.5” is not a whole number: a rating is one of 1 to 10",
    ),
    "words for a rating": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,seven\n"),
        r"line 5, column value: “seven” is not a whole number",
    ),
    "an empty answer": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,\n"),
        r"line 5, column value: an empty cell is no answer: fill it in, or put true under skipped",
    ),
    "an unknown stimulus": (
        lambda p: folder(p, responses=RESPONSES + "dog.jpeg,p2,3\n"),
        r"responses\.csv, line 5, column stimulus: “dog\.jpeg” is not in the stimuli table",
    ),
    "a line that is not UTF-8": (
        lambda p: folder(p, stimuli=STIMULI.encode() + "café.jpeg,café,jpeg,classical,1\n".encode("latin-1")),
        r"stimuli\.csv, line 4: is not UTF-8 \(byte 0xE9",
    ),
    "UTF-16": (
        lambda p: folder(p, stimuli=STIMULI.encode("utf-16")),
        r"stimuli\.csv, line 1: is not UTF-8",
    ),
    "semicolons": (
        lambda p: folder(p, stimuli=STIMULI.replace(",", ";")),
        r"stimuli\.csv, line 1: separates its columns by semicolons",
    ),
    "too many cells": (
        lambda p: folder(p, responses=RESPONSES + "cat.words,p2,8,9\n"),
        r"responses\.csv, line 5: has 4 cells, the header 3",
    ),
    "an unknown family": (
        lambda p: folder(p, stimuli=STIMULI.replace("textual", "verbal")),
        r"stimuli\.csv, line 3, column family: “verbal” is not one of textual, classical",
    ),
    "a size that is no number": (
        lambda p: folder(p, stimuli=STIMULI.replace("900", "0.9 kB")),
        r"stimuli\.csv, line 2, column size_bytes: “0\.9 kB” is not a whole number",
    ),
    "a size of zero": (
        lambda p: folder(p, stimuli=STIMULI.replace("900", "0")),
        r"column size_bytes: “0” is less than 1",
    ),
    "a stimulus that is there twice": (
        lambda p: folder(p, stimuli=STIMULI + "cat.jpeg,cat,jpeg,classical,900\n"),
        r"stimuli\.csv, line 4, column stimulus: “cat\.jpeg” was there before",
    ),
    "a method of two families": (
        lambda p: folder(p, stimuli=STIMULI + "dog.jpeg,dog,jpeg,textual,9\n"),
        r"stimuli\.csv, line \d, column family: method jpeg is",
    ),
    "a column that is there twice": (
        lambda p: folder(p, responses="stimulus,value,value\ncat.jpeg,1,2\n"),
        r"responses\.csv, line 1, column value: is there twice",
    ),
    "an empty file": (lambda p: folder(p, responses=""), r"responses\.csv, line 1: is empty"),
    "no responses": (lambda p: (folder(p) / "responses.csv").rename(p / "x.csv"), r"responses\.csv: is not in .*"),
    "CSV beside Parquet": (
        lambda p: (folder(p) / "stimuli.parquet").write_bytes(b""),
        r"stimuli\.csv: and stimuli\.parquet are both there: keep one",
    ),
    "Parquet that is none": (
        lambda p: (folder(p) / "truth.parquet").write_bytes(b"x" * 99),
        r"truth\.parquet: is not a readable Parquet file",
    ),
    "a description that is no JSON": (
        lambda p: (folder(p) / "datapackage.json").write_text('{"a":\n'),
        r"datapackage\.json, line \d: is not JSON",
    ),
    "facts of the wrong type": (
        lambda p: (folder(p) / "datapackage.json").write_text('{"twicetold": {"methods": [{"slug": "x"}]}}'),
        r"datapackage\.json: twicetold\.methods\.0\.title: Field required",
    ),
    "two questions and no description": (
        lambda p: folder(p, responses="stimulus,value,question\ncat.jpeg,1,one\ncat.jpeg,1,two\n"),
        r"datapackage\.json: the tables hold several questions \(a/one, a/two\)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_named_with_its_place_and_remedy(name: str, tmp_path: Path):
    make, message = BAD[name]
    with pytest.raises(TableError, match=message):
        read(_made(make, tmp_path))


def _made(make: Callable[[Path], object], path: Path) -> Path:
    make(path)
    return path


def test_the_line_is_right_after_cells_with_line_breaks(tmp_path: Path):
    stimuli = 'stimulus,original,method,family,caption,size_bytes\ncat.words,cat,words,textual,"a\nb\nc",5\n\n'
    with pytest.raises(TableError, match=r"stimuli\.csv, line 6, column size_bytes"):
        read(folder(tmp_path, stimuli=stimuli + "cat.jpeg,cat,jpeg,classical,,x\n"))


def test_extra_columns_are_left_aside_and_said(tmp_path: Path):
    tables = read(folder(tmp_path, responses="stimulus,participant,value,mood\ncat.jpeg,p1,9,good\n"))
    assert any("column mood is not part of the table" in note for note in tables.notes)


def test_the_first_of_repeated_votes_is_kept_and_said(tmp_path: Path):
    tables = read(folder(tmp_path, responses=RESPONSES + "cat.jpeg,p1,1\ncat.jpeg,p2,2\n"))
    assert tables.responses["value"].to_pylist() == ["9", "6", "10"]
    assert "responses.csv: 2 repeated votes were left out, the first of each kept (line 5, 6)." in tables.notes


def test_votes_of_unknown_participants_are_all_kept(tmp_path: Path):
    tables = read(folder(tmp_path, responses="stimulus,value\ncat.jpeg,9\ncat.jpeg,9\n"))
    assert tables.responses.num_rows == 2


def test_a_skipped_answer_may_be_empty(tmp_path: Path):
    tables = read(folder(tmp_path, responses="stimulus,participant,value,skipped\ncat.jpeg,p1,,true\n"))
    assert tables.responses["skipped"].to_pylist() == [True]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    assert read(folder(tmp_path, stimuli=("\ufeff" + STIMULI).encode())).stimuli.num_rows == 2


def test_tables_without_a_single_answer_can_be_read(tmp_path: Path):
    assert read(folder(tmp_path, responses="stimulus,participant,value\n")).responses.num_rows == 0


def test_a_time_without_a_zone_is_refused(tmp_path: Path):
    responses = "stimulus,value,answered_at\ncat.jpeg,9,2026-01-31 12:00\n"
    with pytest.raises(TableError, match="is not a UTC time such as"):
        read(folder(tmp_path, responses=responses))


def test_the_scale_comes_from_the_facts(tmp_path: Path):
    facts = {"surveys": {"a": {"question": "satisfaction", "scale_min": 1, "scale_max": 5}}}
    (folder(tmp_path) / "datapackage.json").write_text(json.dumps({"twicetold": facts}))
    with pytest.raises(TableError, match="a rating is one of 1 to 5"):
        read(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path):
    with pytest.raises(TableError, match="is not a folder"):
        read(tmp_path / "nowhere")


def test_stimuli_alone_cannot_be_written_with_an_unknown_fact(tmp_path: Path):
    with pytest.raises(TableError, match=r"twicetold\.simulated"):
        write_package(tmp_path, worlds.study(), worlds.facts(simulated="perhaps"))
