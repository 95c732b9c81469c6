"""What several tests of this folder may ask for."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from compression.store import Store
from tests.compression import openai_server, tiny_models, worlds


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of a small study with all its files."""
    worlds.write_files(tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store in a folder."""
    return Store(tmp_path / "store")


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    """Lend an executor that builds without further processes."""
    with ThreadPoolExecutor(2) as executor:
        yield executor


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
