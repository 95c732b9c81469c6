import json
from pathlib import Path

import frictionless
import pyarrow as pa
import pytest

from analysis.tables import TableError, from_rows, read, write_package
from tests.analysis import worlds


def test_a_package_reads_back_as_the_same_tables(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    tables = read(tmp_path)
    direct = from_rows(worlds.study(), worlds.facts())
    assert tables.stimuli == direct.stimuli
    assert tables.responses == direct.responses
    assert tables.truth == direct.truth
    assert tables.facts == direct.facts
    assert tables.notes == ()
    assert (tables.stimuli.num_rows, tables.responses.num_rows) == (75, 1500)


def test_the_same_tables_give_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        write_package(tmp_path / name, worlds.study(), worlds.facts())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_arrow_tables_are_written_like_rows(tmp_path: Path):
    tables = from_rows(worlds.study(), worlds.facts())
    write_package(tmp_path / "rows", worlds.study(), worlds.facts())
    write_package(tmp_path / "arrow", {"stimuli": tables.stimuli, "responses": tables.responses}, worlds.facts())
    for name in ("stimuli.csv", "responses.csv"):
        assert (tmp_path / "rows" / name).read_bytes() == (tmp_path / "arrow" / name).read_bytes()


@pytest.mark.filterwarnings("ignore")  # frictionless' own dependencies
def test_a_package_is_valid_for_the_frictionless_library(tmp_path: Path):
    more = {
        "checks": [{"study": "made-up", "survey": "a", "kind": "attention", "passed": True, "simulated": True}],
        "assignments": [
            {"study": "made-up", "survey": "a", "assignment": "p000-1", "state": "complete", "counted": True,
             "payable": True, "usable": True, "started_at": worlds.START, "simulated": True, "link": "invitation"},
        ],
        "responses_all": [worlds.response("group_1.jpeg-low", "p000", 7, state="complete", counted=True)],
    }  # fmt: skip
    write_package(tmp_path, {**worlds.study(), **more}, worlds.facts())
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "note"])
    assert report.stats["tasks"] == 6


def test_a_package_that_breaks_a_rule_leaves_the_old_one(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    broken = worlds.study() | {"truth": [{"stimulus": "a.b", "true_loss": 3}]}
    with pytest.raises(TableError, match=r"truth\.csv, line 2, column true_loss: “3” is more than 1"):
        write_package(tmp_path, broken, worlds.facts())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_table_that_is_gone_is_removed_and_other_files_stay(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    (tmp_path / "db.sqlite3").write_bytes(b"mine")
    tables = worlds.study()
    del tables["truth"]
    write_package(tmp_path, tables, worlds.facts())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "datapackage.json", "db.sqlite3", "responses.csv", "stimuli.csv"
    ]  # fmt: skip


def test_a_key_that_is_no_column_is_refused(tmp_path: Path):
    with pytest.raises(TableError, match=r"colour is not a column|column colour: is not a column"):
        write_package(tmp_path, {"truth": [{"colour": "red"}]}, worlds.facts())


def test_a_file_changed_after_the_export_is_said(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    lines = (tmp_path / "responses.csv").read_text().splitlines(keepends=True)
    (tmp_path / "responses.csv").write_text("".join(lines[:-1]))
    assert any("responses.csv" in note and "changed after the export" in note for note in read(tmp_path).notes)


def test_the_package_carries_the_facts_and_the_schemas(tmp_path: Path):
    write_package(tmp_path, worlds.study(), worlds.facts())
    document = json.loads((tmp_path / "datapackage.json").read_text())
    assert document["twicetold"] == worlds.facts()
    assert [resource["path"] for resource in document["resources"]] == ["stimuli.csv", "responses.csv", "truth.csv"]


def test_parquet_reads_like_csv(tmp_path: Path):
    import pyarrow.parquet as pq

    tables = from_rows(worlds.study(), worlds.facts())
    pq.write_table(tables.stimuli, tmp_path / "stimuli.parquet")
    floats = pa.array([float(v) for v in tables.responses["value"].to_pylist()])
    index = tables.responses.schema.get_field_index("value")
    pq.write_table(tables.responses.set_column(index, "value", floats), tmp_path / "responses.parquet")
    again = read(tmp_path)
    assert again.stimuli == tables.stimuli
    assert again.responses.drop_columns("value") == tables.responses.drop_columns("value")
