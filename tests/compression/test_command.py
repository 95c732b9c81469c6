"""``python -m compression``: what it prints, and how it ends."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from compression.__main__ import main
from compression.build import Event
from compression.progress import Progress
from tests.compression import worlds


def write(tmp_path: Path, missing: str = "error", target: int = 3000) -> Path:
    worlds.write_files(tmp_path, 1)
    jpeg = worlds.JPEG | {"codec": {"backend": "jpeg", "target_bytes": target}}
    return worlds.write_study(tmp_path, worlds.tables(1, [jpeg], missing_files=missing))


def test_a_build_prints_plain_lines_and_writes_the_table(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(write(tmp_path / "s")), "--out", str(tmp_path / "out")]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "Stimuli 1/1 picture_0.jpeg: made"
    assert lines[-1] == "1 of 1 stimuli have a picture; 4096 pixels are shown of each"
    assert (tmp_path / "out" / "stimuli.csv").read_text().count("\n") == 2


def test_paths_may_be_relative_as_people_type_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "s")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "s/study.toml", "--out", "made/out"]) == 0
    assert main(["verify", "made/out", "--study", "s/study.toml"]) == 0
    assert (tmp_path / "made" / "out" / "stimuli.csv").read_text().count("\n") == 2
    assert "0 checks" not in capfd.readouterr().out


def test_files_can_be_elsewhere(tmp_path: Path) -> None:
    study = write(tmp_path / "s")
    elsewhere = tmp_path / "study.toml"
    elsewhere.write_text(study.read_text())
    assert main(["build", str(elsewhere), "--files", str(study.parent), "--out", str(tmp_path / "out")]) == 0


def test_what_is_wrong_with_a_study_is_said_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    study = write(tmp_path / "s")
    (study.parent / "originals" / "picture_0.jpg").write_bytes(b"")
    assert main(["build", str(study), "--out", str(tmp_path / "out")]) == 2
    said = capfd.readouterr().err
    assert "picture_0.jpg is empty (0 bytes): put the file back" in said
    assert "Traceback" not in said


def test_a_study_file_that_is_not_there_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(tmp_path / "nothing.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "nothing.toml: cannot be read (No such file or directory): check the path" in capfd.readouterr().err


def test_an_out_folder_that_cannot_be_written_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("a file")
    assert main(["build", str(write(tmp_path / "s")), "--out", str(tmp_path / "out")]) == 2
    said = capfd.readouterr().err
    assert "out" in said
    assert "Traceback" not in said


def test_conditions_are_listed_and_are_no_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    study = write(tmp_path / "s", missing="record", target=50)
    assert main(["build", str(study), "--out", str(tmp_path / "out")]) == 0
    assert re.search(r"picture_0\.jpeg is infeasible: 50 bytes cannot be reached", capfd.readouterr().out)


def test_a_failed_stimulus_gives_exit_code_1(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    study = write(tmp_path / "s")
    path = study.parent / "originals" / "picture_0.jpg"
    path.write_bytes(path.read_bytes()[:-50])
    assert main(["build", str(study), "--out", str(tmp_path / "out")]) == 1
    assert "picture_0.jpeg is failed: Original picture_0.jpg is truncated or damaged" in capfd.readouterr().out


def test_verify_finds_damage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["verify", str(out)]) == 2
    main(["build", str(write(tmp_path / "s")), "--out", str(out)])
    assert main(["verify", str(out)]) == 0
    next((out / "store" / "blobs").glob("*/*")).write_bytes(b"x")
    assert main(["verify", str(out)]) == 1
    assert "): delete it and build again" in capfd.readouterr().err


def test_verify_misses_what_the_table_names(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    main(["build", str(write(tmp_path / "s")), "--out", str(out)])
    next((out / "store" / "blobs").glob("*/*")).unlink()
    assert main(["verify", str(out)]) == 1
    assert "and picture_0.jpeg names it: build again" in capfd.readouterr().err


def test_a_terminal_gets_bars_and_the_reasons() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Progress(console) as progress:
        progress.show(Event("stimulus", 1, 2, None, "a.jpeg", False, ""))
        progress.show(Event("stimulus", 2, 2, None, "b.jpeg", False, "the brush broke"))
        progress.show(Event("area", 5000, 9000, None, "5000", False, "smaller now"))
        progress.show(Event("rendition", 1, 1, None, "a", False, ""))
    written = console.file.getvalue()  # type: ignore[attr-defined]
    for words in ("Stimuli", "2/2", "b.jpeg: the brush broke", "smaller now", "Renditions"):
        assert words in written
