"""Similarity by CLIP embeddings, by a tiny model that the ordinary code loads."""

from pathlib import Path

import numpy as np
import pytest

from compression import similarity
from compression.local_models import ModelError
from compression.similarity import Clip
from compression.weights import find
from tests.compression.pictures import saved, textured


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")


def clip(folder: Path) -> Clip:
    return Clip(find(folder.name, None, folder.parent))


def test_embeddings_are_those_of_the_model_and_of_length_one(tiny_clip: Path):
    import torch
    from transformers import AutoImageProcessor, CLIPModel

    picture = textured(3, 70, 50)
    model = CLIPModel.from_pretrained(tiny_clip).eval()
    inputs = AutoImageProcessor.from_pretrained(tiny_clip, backend="pil")(images=picture, return_tensors="pt")
    text = {"input_ids": torch.tensor([[18, 19]]), "attention_mask": torch.tensor([[1, 1]])}
    with torch.inference_mode():
        expected = model(**inputs, **text).image_embeds[0].numpy()
    found = clip(tiny_clip).embed(picture)
    assert found.dtype == np.float32
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_picture_is_nearest_to_itself(tiny_clip: Path):
    files = [saved(textured(seed, 70, 50), "PNG") for seed in range(3)]
    found = similarity.compare(files[0], files, tiny_clip.name, root=tiny_clip.parent)
    assert found.cosines[0] == pytest.approx(1, abs=1e-6)
    assert max(found.cosines[1:]) < 1 - 1e-4
    assert len(found.identity) == 64


def test_scalings_are_named():
    assert [similarity.scaled(-0.5, name) for name in similarity.SCALINGS] == [-0.5, 0.25, 0.0]
    assert [similarity.scaled(0.8, name) for name in similarity.SCALINGS] == pytest.approx([0.8, 0.9, 0.8])


def test_the_size_that_the_processor_cuts_out_is_known(tiny_clip: Path):
    assert clip(tiny_clip).size_px == "32x32"


def test_a_model_of_another_kind_is_refused(tiny_blip: Path):
    with pytest.raises(ModelError, match=f'"{tiny_blip.name}"'):
        clip(tiny_blip).embed(textured(1))


def test_a_model_that_is_not_there_says_where_to_put_it(tmp_path: Path):
    with pytest.raises(ModelError, match=r'model "absent" is not in .+absent nor in the hub'):
        clip(tmp_path / "absent").embed(textured(1))
