"""BLIP's captions, by a tiny model that the ordinary code loads."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from compression import presets
from compression.captioners.blip import BlipCaptioner, BlipSettings
from compression.files import Files
from compression.local_models import ModelError
from compression.methods import registry
from compression.types import Original
from tests.compression.pictures import saved, textured


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")


def original(root: Path, seed: int) -> Original:
    path = root / f"picture_{seed}.png"
    path.write_bytes(saved(textured(seed, 90, 60), "PNG"))
    return Original(f"picture_{seed}", "things", path, hashlib.sha256(path.read_bytes()).hexdigest(), 1)


def captioner(model: Path, **settings: Any) -> BlipCaptioner:
    return BlipCaptioner(BlipSettings(model=model.name, **settings), Files(model.parent))


def test_different_pictures_get_different_words(tiny_blip: Path, tmp_path: Path):
    blip = captioner(tiny_blip, preset="paper")
    said = {blip.caption(original(tmp_path, seed)).text for seed in range(3)}
    assert len(said) == 3
    assert all(said)


def test_the_same_picture_gets_the_same_words(tiny_blip: Path, tmp_path: Path):
    first, second = (captioner(tiny_blip).caption(original(tmp_path, 1)) for _ in range(2))
    assert first.text == second.text


def test_the_prompt_steers_the_words_and_is_not_counted(tiny_blip: Path, tmp_path: Path):
    said = captioner(tiny_blip, prompt="a picture of the").caption(original(tmp_path, 1))
    assert not said.text.startswith("a picture of the")
    assert said.text != captioner(tiny_blip).caption(original(tmp_path, 1)).text
    assert said.provenance["prompt"] == "a picture of the"
    assert "[" not in said.text


def test_the_papers_preset_is_data_with_a_date_and_yields_to_what_is_said(tiny_blip: Path, tmp_path: Path):
    settings = BlipSettings(model="m", preset="paper", num_beams=2)
    assert (settings.num_beams, settings.max_length, settings.min_length, settings.prompt) == (
        2,
        30,
        10,
        "a picture of",
    )
    made = captioner(tiny_blip, preset="paper").caption(original(tmp_path, 2)).provenance
    assert made["preset"] == f"paper ({presets.presets('blip')['paper'].date})"
    assert made["parameters"]["num_beams"] == 3


def test_how_the_words_came_to_be_is_said(tiny_blip: Path, tmp_path: Path):
    made = captioner(tiny_blip).caption(original(tmp_path, 1)).provenance
    assert made["backend"] == "blip"
    assert made["model_asked"] == tiny_blip.name
    assert len(made["weights_sha256"]) == 64
    assert made["device"] in {"cpu", "cuda", "mps"}
    assert made["seed"] == "none offered"
    assert {"torch", "transformers"} <= set(made["versions"])


def test_a_budget_of_bytes_makes_it_try_shorter(tiny_blip: Path, tmp_path: Path):
    free = captioner(tiny_blip).caption(original(tmp_path, 1))
    assert free.size_bytes > 40
    said = captioner(tiny_blip, max_bytes=40, tries=4).caption(original(tmp_path, 1))
    assert 0 < said.size_bytes <= 40
    assert said.provenance["notes"][-1].startswith("try ")
    assert said.provenance["parameters"]["max_length"] < 30


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("preset", [None, "paper"])
def test_three_tries_are_enough_for_a_budget_that_some_words_fit(
    seed: int, preset: str | None, tiny_blip: Path, tmp_path: Path
):
    said = captioner(tiny_blip, max_bytes=24, preset=preset).caption(original(tmp_path, seed))
    assert 0 < said.size_bytes <= 24


def test_a_budget_that_no_words_fit_is_a_failure_with_numbers(tiny_blip: Path, tmp_path: Path):
    with pytest.raises(ModelError, match=r"fit into 1 bytes in 2 tries \(the shortest have \d+\): raise max_bytes"):
        captioner(tiny_blip, max_bytes=1, tries=2).caption(original(tmp_path, 1))


def test_a_changed_file_of_the_model_is_another_version(tiny_blip: Path, tmp_path: Path):
    before = captioner(tiny_blip).versions
    copy = tmp_path / tiny_blip.name
    copy.mkdir()
    for path in tiny_blip.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert captioner(copy).versions == before
    (copy / "generation_config.json").write_text("{}")
    assert captioner(copy).versions != before


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": "none"},
        {"num_beams": 0},
        {"colour": 1},
        {"model": ""},
        {"dtype": "int8"},
        {"tries": 0},
        {"model": "/etc"},
        {"model": "../elsewhere"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        registry().backend("captioner", "blip", {"model": "m"} | wrong)
