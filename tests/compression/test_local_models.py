"""Models that are not there, are damaged or are of another kind: said in words, at once and offline."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from compression import local_models
from compression.captioners.blip import BlipCaptioner, BlipSettings
from compression.errors import UnsafePathError
from compression.files import Files
from compression.local_models import ModelError
from compression.types import Original
from compression.weights import find, versions_of
from tests.compression.pictures import saved, textured


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "yes")


def caption(root: Path, model: str) -> str:
    path = root / "picture.png"
    path.write_bytes(saved(textured(1, 40, 40), "PNG"))
    blip = BlipCaptioner(BlipSettings(model=model), Files(root))
    return blip.caption(Original("picture", "things", path, hashlib.sha256(path.read_bytes()).hexdigest(), 1)).text


@pytest.mark.parametrize("name", ["nobody/nothing", "models/blip", "blip"])
def test_a_model_that_is_not_there_says_where_to_put_it(name: str, tmp_path: Path):
    with pytest.raises(ModelError) as raised:
        caption(tmp_path, name)
    assert str(raised.value) == (
        f'model "{name}" is not in {tmp_path / name} nor in the hub\'s cache: put it at {tmp_path / name}, or set'
        " TWICETOLD_MODELS to the folder that has it, or unset TWICETOLD_MODELS_OFFLINE to fetch it"
    )


def test_a_hub_that_cannot_be_reached_is_given_up_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TWICETOLD_MODELS_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with pytest.raises(ModelError, match=r"nor in the hub's cache, and the hub does not give it \(.+\): put it at .+"):
        caption(tmp_path, "nobody/nothing")


def test_a_model_in_the_deployments_folder_is_found(tiny_blip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TWICETOLD_MODELS", str(tiny_blip.parent))
    assert caption(tmp_path, tiny_blip.name)


@pytest.mark.parametrize("name", ["/etc", "../secrets", "a/../../b"])
def test_a_study_names_no_folder_outside(name: str, tmp_path: Path):
    with pytest.raises(UnsafePathError):
        find(name, None, tmp_path)


@pytest.mark.parametrize("lacking", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_cannot_be_loaded(lacking: str, tiny_blip: Path, tmp_path: Path):
    shutil.copytree(tiny_blip, tmp_path / "copy")
    (tmp_path / "copy" / lacking).unlink()
    with pytest.raises(ModelError, match=r'model "copy" cannot be loaded \(.+\): copy its files again'):
        caption(tmp_path, "copy")


def test_damaged_weights_cannot_be_loaded(tiny_blip: Path, tmp_path: Path):
    shutil.copytree(tiny_blip, tmp_path / "copy")
    weights = tmp_path / "copy" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(ModelError, match='model "copy" cannot be loaded'):
        caption(tmp_path, "copy")


def test_weights_of_another_kind_are_not_mended_with_random_ones(tiny_blip: Path, tmp_path: Path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(tiny_blip, tmp_path / "copy")
    weights = tmp_path / "copy" / "model.safetensors"
    save_file({f"other.{name}": value for name, value in load_file(weights).items()}, weights, {"format": "pt"})
    with pytest.raises(ModelError, match="has no weights for BlipForConditionalGeneration"):
        caption(tmp_path, "copy")


def test_a_model_that_appears_later_is_another_version(tiny_blip: Path, tmp_path: Path):
    blip = BlipCaptioner(BlipSettings(model="later"), Files(tmp_path))
    before = dict(blip.versions)
    assert before["blip model"] == "not on this machine"
    shutil.copytree(tiny_blip, tmp_path / "later")
    assert BlipCaptioner(BlipSettings(model="later"), Files(tmp_path)).versions["blip model"] != before["blip model"]


def test_a_missing_package_says_what_to_install():
    with pytest.raises(ModelError, match=r"no_such_package is not installed: pip install -r requirements-models\.txt"):
        local_models.prepare("no_such_package")


def test_a_device_the_machine_lacks_is_refused():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(ModelError, match="this machine has no cuda device"):
        local_models.device("cuda")


def test_versions_need_no_model_library():
    assert versions_of("pillow", "no-such-package")["no-such-package"] == "not installed"


def test_one_weights_file_is_named_by_its_own_hash(tiny_blip: Path):

    found = find(tiny_blip.name, None, tiny_blip.parent).provenance()
    assert found["weights_sha256"] == hashlib.sha256((tiny_blip / "model.safetensors").read_bytes()).hexdigest()
    assert json.dumps(found)


def test_a_model_of_the_hubs_cache_is_named_by_its_commit_and_needs_no_network(
    tiny_blip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    commit = "0123456789abcdef0123456789abcdef01234567"
    kept = tmp_path / "hub" / "models--somebody--captions"
    shutil.copytree(tiny_blip, kept / "snapshots" / commit)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    path = tmp_path / "picture.png"
    path.write_bytes(saved(textured(1, 40, 40), "PNG"))
    for offline in ("1", "0"):
        monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", offline)
        blip = BlipCaptioner(BlipSettings(model="somebody/captions"), Files(tmp_path))
        said = blip.caption(Original("picture", "things", path, hashlib.sha256(path.read_bytes()).hexdigest(), 1))
        assert said.provenance["revision"] == commit
        assert "blip model" not in blip.versions
