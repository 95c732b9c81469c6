"""Pictures by a diffusion pipeline, by a tiny model that the ordinary code loads."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import ValidationError

from compression.errors import MissingFile, PictureError
from compression.files import Files
from compression.local_models import ModelError
from compression.methods import registry
from compression.reconstructors import diffusers_local
from compression.reconstructors.diffusers_local import DiffusersReconstructor, DiffusersSettings
from compression.types import Reconstruction


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")


def painted(
    model: Path, caption: str | None, seed: int = 1, original: tuple[int, int] = (300, 200), **settings: Any
) -> Reconstruction:
    asked = DiffusersSettings(model=model.name, **{"steps": 2} | settings)
    return DiffusersReconstructor(asked, Files(model.parent)).reconstruct(caption, "picture", seed, *original)


def size(made: Reconstruction) -> tuple[int, int]:
    return Image.open(BytesIO(made.data)).size


def test_words_and_seed_decide_the_picture(tiny_diffusion: Path):
    first = painted(tiny_diffusion, "a cat", 1)
    assert painted(tiny_diffusion, "a cat", 1).data == first.data
    assert painted(tiny_diffusion, "a cat", 2).data != first.data
    assert painted(tiny_diffusion, "a dog", 1).data != first.data


def test_the_size_is_the_models_or_its_area_in_the_originals_shape_or_the_one_asked(tiny_diffusion: Path):
    assert size(painted(tiny_diffusion, "a cat")) == (16, 16)
    assert size(painted(tiny_diffusion, "a cat", original=(4000, 1000), size="shape")) == (32, 8)
    assert size(painted(tiny_diffusion, "a cat", size="72x64")) == (72, 64)


def test_how_the_picture_came_to_be_is_said(tiny_diffusion: Path):
    made = painted(tiny_diffusion, "a cat", 5, guidance_scale=3.0, negative_prompt="a dog").provenance
    assert made["seed"] == 5
    assert made["prompt"] == "a cat"
    assert made["parameters"] == {
        "num_inference_steps": 2, "guidance_scale": 3.0, "negative_prompt": "a dog",
        "pipeline": "StableDiffusionPipeline with DDIMScheduler", "size": "16x16", "dtype": "float32",
    }  # fmt: skip
    assert made["truncated"] is False
    assert len(made["weights_sha256"]) == 64
    assert {"diffusers", "torch", "transformers"} <= set(made["versions"])


def test_words_beyond_what_the_text_encoder_reads_are_noticed(tiny_diffusion: Path):
    made = painted(tiny_diffusion, "abcdefghij" * 10).provenance
    assert made["truncated"] is True
    assert made["notes"] == ["a text encoder read 77 of 102 tokens"]


def test_a_picture_of_one_colour_is_a_failure(tiny_diffusion: Path, monkeypatch: pytest.MonkeyPatch):
    black = BytesIO()
    Image.new("RGB", (16, 16)).save(black, "PNG")
    monkeypatch.setattr(diffusers_local._Pipeline, "paint", lambda *_: black.getvalue())
    with pytest.raises(PictureError, match="The picture of picture is black"):
        painted(tiny_diffusion, "a cat")


def test_a_picture_that_the_models_filter_withholds_is_a_failure(tiny_diffusion: Path):
    class Withheld:
        nsfw_content_detected = (True,)
        images = (Image.new("RGB", (16, 16)),)

    pipeline = diffusers_local._Pipeline(lambda *_, **__: Withheld(), "cpu")
    with pytest.raises(ModelError, match="own filter withheld the picture of house: change its caption"):
        pipeline.paint("a house", "house", 1, (16, 16), {})


def test_a_folder_that_holds_no_pipeline_is_refused(tiny_blip: Path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        painted(tiny_blip, "a cat")


def test_without_words_there_is_no_picture(tiny_diffusion: Path):
    with pytest.raises(MissingFile, match="no caption for picture"):
        painted(tiny_diffusion, None)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"size": "100x100"}, {"size": "8x8"}, {"size": "big"}, {"eta": 1}])
def test_wrong_settings_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        registry().backend("reconstructor", "diffusers", {"model": "m"} | wrong)
