"""``python -m compression verify``: every way in which something can differ from what was written is named."""

import json
from pathlib import Path

import pytest

from compression.__main__ import main
from tests.compression import worlds
from tests.compression.pictures import saved, textured


@pytest.fixture
def study(tmp_path: Path) -> Path:
    worlds.write_files(tmp_path / "study", 1)
    return worlds.write_study(tmp_path / "study", worlds.tables(1))


@pytest.fixture
def out(study: Path, tmp_path: Path) -> Path:
    assert main(["build", str(study), "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["verify", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_whole_study_is_as_it_was_written(out: Path, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, words = said(capsys, out, "--study", study)
    assert code == 0
    assert "Everything is as it was written" in words


def test_a_changed_original_is_named(out: Path, study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (study.parent / "originals" / "picture_0.jpg").write_bytes(saved(textured(9, 160, 120), "JPEG"))
    code, words = said(capsys, out, "--study", study)
    assert code == 1
    assert "picture_0.jpg is not the file that stimuli were made from" in words


def test_a_sidecar_that_is_gone_or_says_otherwise_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = out / "provenance" / "picture_0.jpeg.json"
    kept = json.loads(path.read_bytes())
    path.write_text(json.dumps(kept | {"sha256": "0" * 64}))
    assert "has another sha256 than stimuli.csv" in said(capsys, out)[1]
    path.write_text("{")
    assert "is damaged (no JSON)" in said(capsys, out)[1]
    path.unlink()
    code, words = said(capsys, out)
    assert code == 1
    assert "picture_0.jpeg.json is missing" in words


def test_a_caption_that_was_edited_in_the_table_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = out / "stimuli.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("A café, number 0", "A cafe, number 0"), encoding="utf-8")
    words = said(capsys, out)[1]
    assert "says 17 bytes for a caption of 16" in words
    assert "has another caption than stimuli.csv" in words


def test_a_record_whose_file_is_lost_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (out / "store" / "blobs").glob("*/*"):
        path.unlink()
    code, words = said(capsys, out)
    assert code == 1
    assert "names it: build again" in words


def test_a_damaged_record_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next((out / "store" / "records").glob("*/*")).write_bytes(b"{")
    assert "is damaged (no JSON): delete it and build again" in said(capsys, out)[1]


def test_every_stimulus_has_a_file_that_says_how_it_came_to_be(out: Path) -> None:
    jpeg = json.loads((out / "provenance" / "picture_0.jpeg.json").read_bytes())
    words = json.loads((out / "provenance" / "picture_0.words.json").read_bytes())
    assert jpeg["provenance"]["codec"]["settings"]["quality"] == 20
    assert {"started_at", "seconds"} <= set(jpeg["provenance"]["codec"])
    assert {"jpeg", "pillow", "python"} <= set(jpeg["provenance"]["versions"])
    assert words["provenance"]["captioner"]["backend"] == "human"
    assert words["provenance"]["reconstructor"]["source_sha256"] == words["sha256"]
    assert words["provenance"]["original"] == jpeg["provenance"]["original"]


def test_a_record_that_is_json_but_no_object_is_named(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next((out / "store" / "records").glob("*/*")).write_bytes(b"[1]")
    code, words = said(capsys, out)
    assert code == 1
    assert "is damaged (no JSON): delete it and build again" in words
