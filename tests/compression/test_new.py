"""``python -m compression new``: from a folder of photographs to a study that builds."""

from pathlib import Path

import pytest

from compression import study
from compression.__main__ import main
from compression.commands.new import slug
from tests.compression.pictures import saved, textured


def put(path: Path, seed: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(saved(textured(seed, 160, 120), "JPEG", quality=90))


def test_a_folder_of_photographs_becomes_a_study_that_builds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Été 2026"
    put(folder / "Single objects" / "Téapot.JPG", 1)
    put(folder / "Single objects" / "teapot.jpeg", 2)
    put(folder / "landscape" / "sea.jpg", 3)
    put(folder / ".hidden" / "no.jpg", 4)
    assert main(["new", str(folder)]) == 0
    assert "names 3 originals" in capsys.readouterr().out
    plan = study.load(folder / "study.toml")
    assert plan.study == "ete-2026"
    assert plan.categories == ("single-objects", "landscape")
    assert [original.slug for original in plan.originals] == ["teapot", "teapot-2", "sea"]
    assert not any(original.may_send_to_third_parties for original in plan.originals)
    assert main(["build", str(folder / "study.toml"), "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "stimuli.csv").read_text().count("\n") == 7


def test_a_study_file_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "a.jpg")
    (tmp_path / "study.toml").write_text("mine")
    assert main(["new", str(tmp_path)]) == 2
    assert (tmp_path / "study.toml").read_text() == "mine"
    assert "is there already" in capsys.readouterr().err


def test_a_file_that_is_no_picture_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "a.jpg")
    (tmp_path / "b.png").write_bytes(b"")
    assert main(["new", str(tmp_path)]) == 0
    assert "Note: b.png is empty (0 bytes)" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["empty", "absent"])
def test_a_folder_without_pictures_is_refused(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["new", str(tmp_path / wrong)]) == 2
    assert not (tmp_path / wrong / "study.toml").exists()


def test_any_name_is_a_slug_or_nothing() -> None:
    assert slug("Ünter Wegs (3)") == "unter-wegs-3"
    assert slug("日本") == ""
    assert len(slug("x" * 200)) == 63
