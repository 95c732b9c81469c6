"""The best of several: paid draws are bought once, and a choice that failed is made again for nothing."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compression.build import build, finished
from compression.estimates import estimate_plan
from compression.methods import PLUGINS
from compression.store import Store
from compression.types import Plan, Stimulus
from tests.compression import paid_plugin, worlds

BEST = {
    "slug": "best", "title": "Best of two", "family": "textual",
    "captioner": {"backend": "human", "file": "captions.csv"}, "reconstructor": {"backend": "bought-picture"},
    "best_of": {"n": 2, "model": "clip"},
}  # fmt: skip


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setenv(PLUGINS, "tests.compression.paid_plugin")
    monkeypatch.setenv("TWICETOLD_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("TWICETOLD_MODELS_OFFLINE", "1")
    (tmp_path / "models").mkdir()
    paid_plugin.calls.clear()
    worlds.write_files(tmp_path / "study", 1)
    return worlds.plan(tmp_path / "study", worlds.tables(1, [BEST]))


def run(plan: Plan, store: Store, caller: Any = None) -> Stimulus:
    with ThreadPoolExecutor(1) as executor:
        list(build(plan, store, executor, caller=caller))
    return finished(plan, store).stimuli[0]


def test_a_choice_that_failed_is_made_again_without_paying(plan: Plan, tmp_path: Path, tiny_clip: Path) -> None:
    store = Store(tmp_path / "store")
    payer = SimpleNamespace(concurrency=1, repeat_possibly_billed=False)
    assert "clip" in run(plan, store, payer).reason
    assert paid_plugin.calls == [f"picture of A café, number 0, draw {draw}" for draw in (1, 2)]
    shutil.copytree(tiny_clip, tmp_path / "models" / "clip")
    assert run(plan, store).state == "ready"
    assert len(paid_plugin.calls) == 2
    assert estimate_plan(plan, store).lines == (), "nothing is left to pay"


def test_another_model_chooses_anew_among_the_same_draws(plan: Plan, tmp_path: Path, tiny_clip: Path) -> None:
    store = Store(tmp_path / "store")
    shutil.copytree(tiny_clip, tmp_path / "models" / "clip")
    first = run(plan, store, SimpleNamespace(concurrency=1, repeat_possibly_billed=False))
    config = tmp_path / "models" / "clip" / "config.json"
    config.write_text(config.read_text() + "\n")
    second = run(plan, store)
    assert len(paid_plugin.calls) == 2
    chosen = [row.parameters["best_of"] for row in (first, second)]
    assert chosen[0]["draws"] == chosen[1]["draws"]
    assert first.versions != second.versions
