"""Tiny models, built once per process when a test asks for them."""

from pathlib import Path

import pytest

from tests.compression import tiny_models


@pytest.fixture(scope="session")
def tiny_blip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny BLIP."""
    return tiny_models.save_blip(tmp_path_factory.mktemp("models") / "blip")


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny CLIP."""
    return tiny_models.save_clip(tmp_path_factory.mktemp("models") / "clip")


@pytest.fixture(scope="session")
def tiny_diffusion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny Stable Diffusion."""
    return tiny_models.save_diffusion(tmp_path_factory.mktemp("models") / "diffusion")
