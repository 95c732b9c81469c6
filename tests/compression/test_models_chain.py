"""Pictures to words to pictures with models on this machine: the whole chain, and the best of several."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from compression.__main__ import main
from compression.build import Event, build, finished
from compression.store import Store
from compression.study import load
from tests.compression import worlds

MODEL: dict[str, Any] = {
    "slug": "model", "title": "Model", "family": "textual",
    "captioner": {"backend": "blip", "model": "blip", "preset": "paper", "min_length": 1},
    "reconstructor": {"backend": "diffusers", "model": "diffusion", "steps": 1},
}  # fmt: skip
BEST = MODEL | {"slug": "best", "title": "Best of three", "best_of": {"n": 3, "model": "clip"}}


@pytest.fixture
def study(
    tmp_path: Path, tiny_blip: Path, tiny_clip: Path, tiny_diffusion: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")
    worlds.write_files(tmp_path / "study", 2)
    for name, folder in (("blip", tiny_blip), ("clip", tiny_clip), ("diffusion", tiny_diffusion)):
        shutil.copytree(folder, tmp_path / "models" / name)
    monkeypatch.setenv("TWICETOLD_MODELS", str(tmp_path / "models"))
    return worlds.write_study(tmp_path / "study", worlds.tables(2, [MODEL, BEST]))


def test_photographs_become_words_and_pictures_offline(
    study: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["build", str(study), "--out", str(out)]) == 0, capfd.readouterr()
    assert "4 of 4 stimuli have a picture" in capfd.readouterr().out
    told = {path.stem: json.loads(path.read_bytes()) for path in (out / "provenance").glob("*.json")}
    assert told["picture_0.model"]["caption"] == told["picture_0.best"]["caption"]
    assert told["picture_0.model"]["caption"] != told["picture_1.model"]["caption"]
    best = told["picture_0.best"]["parameters"]["best_of"]
    cosines = [draw["cosine"] for draw in best["draws"]]
    assert len({draw["sha256"] for draw in best["draws"]}) == 3
    assert best["chosen"] == cosines.index(max(cosines)) + 1
    assert told["picture_0.best"]["sha256"] == best["draws"][best["chosen"] - 1]["sha256"]
    assert "no evidence" in best["note"]
    made = told["picture_0.model"]["provenance"]
    assert made["captioner"]["backend"] == "blip"
    assert made["reconstructor"]["seed"] == told["picture_0.model"]["parameters"]["seed"]
    assert {"torch", "transformers", "diffusers"} <= set(made["versions"])
    assert main(["verify", str(out), "--study", str(study)]) == 0
    capfd.readouterr()
    assert main(["build", str(study), "--out", str(out)]) == 0
    assert ": made" not in capfd.readouterr().out


def test_a_model_that_is_not_there_is_named_for_each_picture_and_nothing_else_stops(
    study: Path, tmp_path: Path
) -> None:
    gone = MODEL | {"captioner": MODEL["captioner"] | {"model": "gone"}}
    worlds.write_study(study.parent, worlds.tables(2, [gone, worlds.JPEG]))
    plan, store = load(study), Store(tmp_path / "store")
    events: list[Event] = list(build(plan, store))
    rows = {row.stimulus: row for row in finished(plan, store).stimuli}
    assert rows["picture_0.jpeg"].state == "ready"
    assert rows["picture_0.model"].state == "failed"
    assert "gone" in rows["picture_0.model"].reason
    assert sum(event.kind == "caption" for event in events) == 2
