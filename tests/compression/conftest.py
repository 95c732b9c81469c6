"""What several tests of this folder may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compression import openai_server, tiny_models


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


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai_server.OpenAIServer]:
    """Lend a strict server, with the environment that leads to it and little patience on our side."""
    with openai_server.running() as running:
        monkeypatch.setenv("TWICETOLD_OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("TWICETOLD_OPENAI_API_KEY", openai_server.KEY)
        for kind in ("CHAT", "IMAGE"):
            monkeypatch.setenv(f"TWICETOLD_OPENAI_{kind}_SECONDS", "20")
        yield running
