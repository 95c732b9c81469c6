"""``models check`` and a whole build with models, by tiny ones that the ordinary code loads."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from compression.__main__ import main
from compression.build import build, finished
from compression.store import Store
from tests.compression import worlds

WORDS = {
    "slug": "words",
    "title": "Words",
    "family": "textual",
    "captioner": {"backend": "blip", "model": "models/blip", "preset": "paper"},
    "reconstructor": {"backend": "diffusers", "model": "models/diffusion", "steps": 2},
}
BEST = WORDS | {"slug": "best", "best_of": {"n": 2, "model": "models/clip"}}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")


@pytest.fixture
def root(tmp_path: Path, tiny_blip: Path, tiny_clip: Path, tiny_diffusion: Path) -> Path:
    worlds.write_files(tmp_path / "study")
    for name, folder in {"blip": tiny_blip, "clip": tiny_clip, "diffusion": tiny_diffusion}.items():
        shutil.copytree(folder, tmp_path / "study" / "models" / name)
    return tmp_path / "study"


@pytest.fixture
def one_thread() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_a_study_is_built_by_models_and_a_second_run_makes_nothing(
    root: Path, tmp_path: Path, one_thread: Executor
) -> None:
    plan, store = worlds.plan(root, worlds.tables(methods=[WORDS, BEST])), Store(tmp_path / "store")
    list(build(plan, store, one_thread))
    rows = finished(plan, store).stimuli
    assert [row.state for row in rows] == ["ready"] * 4, [row.reason for row in rows]
    assert len({row.caption for row in rows}) == 2, "an original has the same words in both methods, another has others"
    assert all(event.reused for event in build(plan, store, one_thread))
    said = rows[1].parameters["best_of"]
    assert len(said["draws"]) == 2
    assert "no evidence" in said["note"]


def test_budgets_of_bytes_make_points_of_a_curve(root: Path, tmp_path: Path, one_thread: Executor) -> None:
    data = worlds.tables(originals=1, methods=[WORDS | {"budgets": [16, 40]}])
    plan, store = worlds.plan(root, data), Store(tmp_path / "store")
    list(build(plan, store, one_thread))
    rows = finished(plan, store).stimuli
    assert [row.method for row in rows] == ["words-16", "words-40"]
    assert [row.state for row in rows] == ["ready"] * 2, [row.reason for row in rows]
    assert [0 < (row.size_bytes or 0) <= most for row, most in zip(rows, (16, 40), strict=True)] == [True, True]


def test_a_model_that_is_not_there_fails_its_stimuli_and_is_found_later(
    root: Path, tmp_path: Path, one_thread: Executor
) -> None:
    (root / "models" / "blip").rename(root / "elsewhere")
    data, store = worlds.tables(originals=1, methods=[WORDS]), Store(tmp_path / "store")
    list(build(worlds.plan(root, data), store, one_thread))
    row = finished(worlds.plan(root, data), store).stimuli[0]
    assert row.state == "failed"
    assert f"put it at {root / 'models' / 'blip'}, or set TWICETOLD_MODELS" in row.reason
    (root / "elsewhere").rename(root / "models" / "blip")
    list(build(worlds.plan(root, data), store, one_thread))
    assert finished(worlds.plan(root, data), store).stimuli[0].state == "ready"


def study_file(root: Path, methods: str) -> Path:
    path = root / "study.toml"
    path.write_text(
        '[study]\nslug = "small"\ntitle = "Small"\nseed = 7\n[[categories]]\nslug = "things"\ntitle = "Things"\n'
        '[[originals]]\nslug = "picture_0"\ncategory = "things"\nfile = "originals/picture_0.jpg"\n' + methods
    )
    return path


METHOD = """[[methods]]
slug = "words"
title = "Words"
family = "textual"
captioner = { backend = "blip", model = "models/blip" }
reconstructor = { backend = "diffusers", model = "models/diffusion" }
best_of = { n = 2, model = "models/clip" }
"""


def test_the_machine_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "check"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("torch: ", "transformers: ", "diffusers: ", "device: ", "hub's cache: "))
    assert "offline: yes" in said


def test_every_model_of_a_study_is_loaded(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "check", str(study_file(root, METHOD))]) == 0
    said = capsys.readouterr().out
    assert said.count(") loads, on ") == 3
    assert "words: captioner blip: models/blip (" in said


def test_a_model_that_does_not_load_is_named_and_the_others_are_tried(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(root / "models" / "blip")
    assert main(["models", "check", str(study_file(root, METHOD))]) == 2
    said = capsys.readouterr()
    assert 'words: captioner blip: model "models/blip" is not in' in said.err
    assert said.out.count(") loads, on ") == 2


def test_a_study_without_models_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jpeg = '[[methods]]\nslug = "q"\ntitle = "Q"\nfamily = "classical"\ncodec = { backend = "jpeg", quality = 5 }\n'
    assert main(["models", "check", str(study_file(root, jpeg))]) == 0
    assert "The study names no model of this machine" in capsys.readouterr().out
