"""``measure``: numbers for every pair that has them, a reason for every other, and nothing measured twice."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compression import lanes, similarity, similarity_table
from compression.__main__ import main
from compression.store import Store
from tests.compression import worlds
from tests.compression.pictures import saved, textured

SMALLER = {
    "slug": "smaller", "title": "A smaller file", "family": "classical",
    "codec": {"backend": "folder", "folder": "smaller"},
}  # fmt: skip
WORDS = worlds.WORDS | {
    "captioner": {"backend": "human", "file": "captions.csv", "optional": True},
    "reconstructor": {"backend": "folder", "folder": "rebuilt"},
}


def tables() -> dict[str, Any]:
    """Return the tables of a study of one picture, and of one that is lost."""
    found = worlds.tables(methods=[worlds.JPEG, SMALLER, WORDS], missing_files="record")
    originals = [{"slug": slug, "category": "things", "file": slug} for slug in ("first", "lost")]
    return found | {"originals": originals}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let threads of this process do the work: new ones would each import torch anew."""
    monkeypatch.setattr(lanes.Lanes, "_make", lambda *_: ThreadPoolExecutor(1))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Build a study of one picture, and of one that is lost; return its folder."""
    for name in ("smaller", "rebuilt"):
        (tmp_path / name).mkdir()
    (tmp_path / "first.png").write_bytes(saved(textured(1, 240, 200), "PNG"))
    (tmp_path / "smaller" / "first.jpg").write_bytes(saved(textured(1, 120, 100), "JPEG"))
    (tmp_path / "rebuilt" / "first.png").write_bytes(saved(textured(9, 200, 200), "PNG"))
    assert main(["build", str(worlds.write_study(tmp_path, tables())), "--out", str(tmp_path / "out")]) == 0
    return tmp_path


def run(folder: Path, *more: str) -> int:
    return main(["measure", str(folder / "study.toml"), "--out", str(folder / "out"), *more])


def rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "out" / "similarity.csv").open(encoding="utf-8", newline="") as file:
        return {row["stimulus"]: row for row in csv.DictReader(file)}


def test_every_pair_has_its_numbers_or_a_reason(built: Path, tiny_clip: Path):
    assert run(built, "--clip", str(tiny_clip)) == 0
    found = rows(built)
    jpeg, words, smaller = (found[f"first.{name}"] for name in ("jpeg", "words", "smaller"))
    assert jpeg["model"] == words["model"] == tiny_clip.name
    assert len(jpeg["revision"]) == 64
    assert jpeg["size_px"] == "32x32"
    assert 0 < float(jpeg["ssim"]) < 1
    assert 0 < float(jpeg["ms_ssim"]) < 1
    assert 10 < float(jpeg["psnr"]) < 60
    assert jpeg["reason"] == ""
    raw = float(words["cosine_raw"])
    assert -1 <= raw < 1
    assert float(words["cosine_half"]) == pytest.approx((1 + raw) / 2, abs=1e-6)
    assert float(words["cosine_clip0"]) == pytest.approx(max(raw, 0), abs=1e-6)
    assert words["ssim"] == words["ms_ssim"] == words["psnr"] == ""
    assert words["reason"] == similarity_table.REBUILT
    assert smaller["ssim"] == ""
    assert "shapes differ" in smaller["reason"]
    assert smaller["cosine_raw"]
    assert found["lost.jpeg"]["cosine_raw"] == ""
    assert "lost" in found["lost.jpeg"]["reason"]


def test_a_second_run_measures_nothing_and_loads_nothing(built: Path, tiny_clip: Path, monkeypatch: pytest.MonkeyPatch):
    assert run(built, "--clip", str(tiny_clip)) == 0
    first = (built / "out" / "similarity.csv").read_bytes()
    monkeypatch.setattr(lanes.Lanes, "_make", None)
    monkeypatch.setattr(similarity, "_load", None)
    assert run(built, "--clip", str(tiny_clip)) == 0
    assert (built / "out" / "similarity.csv").read_bytes() == first


def test_a_watermark_is_hidden_on_both_before_meaning_is_measured(built: Path, tiny_clip: Path):
    assert run(built, "--clip", str(tiny_clip)) == 0
    before = rows(built)["first.words"]
    study = built / "study.toml"
    box = 'watermark = { action = "mask", left = 0.3, top = 0.3, right = 0.8, bottom = 0.8 }'
    study.write_text(study.read_text().replace("[renditions]", f"[renditions]\n{box}"))
    assert main(["build", str(study), "--out", str(built / "out")]) == 0
    assert run(built, "--clip", str(tiny_clip)) == 0
    assert rows(built)["first.words"]["cosine_raw"] != before["cosine_raw"]
    assert rows(built)["first.jpeg"]["psnr"]


def test_without_a_model_pixels_are_compared_all_the_same(built: Path, capsys: pytest.CaptureFixture[str]):
    assert run(built) == 0
    assert rows(built)["first.jpeg"]["model"] == ""
    assert float(rows(built)["first.jpeg"]["psnr"]) > 10
    assert "0 have a cosine and 1 are compared by pixels" in capsys.readouterr().out


def test_a_model_that_is_not_there_stops_it_at_once(built: Path, capsys: pytest.CaptureFixture[str]):
    assert run(built, "--clip", "absent") == 2
    assert f'model "absent" is not in {built / "absent"} nor in the hub' in capsys.readouterr().err
    assert not (built / "out" / "similarity.csv").exists()


def test_a_study_that_is_not_built_says_so(tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["measure", str(built / "study.toml"), "--out", str(tmp_path / "elsewhere")]) == 2
    assert "run the build" in capsys.readouterr().err


def test_a_damaged_file_is_named_and_measured_once_it_is_back(built: Path, capsys: pytest.CaptureFixture[str]):
    with (built / "out" / "stimuli.csv").open(encoding="utf-8", newline="") as file:
        sha256 = next(row["sha256"] for row in csv.DictReader(file) if row["stimulus"] == "first.jpeg")
    path = Store(built / "out" / "store").path(sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:300])
    assert run(built) == 1
    assert "first.jpeg is truncated or damaged" in rows(built)["first.jpeg"]["reason"]
    path.write_bytes(whole)
    assert run(built) == 0
    assert rows(built)["first.jpeg"]["reason"] == ""


def test_the_columns_are_those_of_the_schema(built: Path):
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "similarity.json").read_text(encoding="utf-8"))
    fields = [field["name"] for field in schema["fields"]]
    assert set(fields) == {"study", *similarity_table.Similarity.__dataclass_fields__}


@pytest.mark.parametrize(
    ("model", "weights", "warned"), [("clip", "", True), ("other", "abc", True), ("other", "", False)]
)
def test_a_cosine_by_the_model_that_chose_the_picture_is_no_evidence(model: str, weights: str, warned: bool):
    from compression.similarity import Clip
    from compression.weights import Weights

    clip = Clip(Weights("clip", None, None, ()))
    note = "it is no evidence"
    row = SimpleNamespace(parameters={"best_of": {"model": model, "weights": weights, "note": note}})
    identity = "abc"
    assert similarity_table._selection(row, clip, identity) == (model, note if warned else "")  # type: ignore[arg-type]
