"""Registers the reconstructor ``drawn-scenes``: set ``TWICETOLD_BACKENDS=examples.drawn_scenes.backend``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compression.files import Files
from compression.methods import Registry
from compression.settings import Settings
from compression.types import MissingFile

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
DRAWING = "1"


class DrawnScenesSettings(Settings):
    """The reconstructor has nothing to set."""


@dataclass(frozen=True)
class DrawnScenes:
    """Redraws a caption in a process of its own, which is told the caption, a seed and a size and nothing else."""

    versions: Mapping[str, str] = field(default_factory=lambda: {"drawn-scenes": DRAWING})

    def reconstruct(self, caption: str | None, original_slug: str, seed: int, width: int, height: int) -> bytes:
        """Return a PNG of what the caption says; ``original_slug`` names the caption in errors and goes no further."""
        if caption is None:
            raise MissingFile(f"there is no caption for {original_slug} to redraw", "write one")
        request = json.dumps({"caption": caption, "seed": seed, "width": width, "height": height})
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run(
                [sys.executable, "-m", "examples.drawn_scenes.redraw"], input=request.encode(), capture_output=True,
                check=False, cwd=empty, timeout=SECONDS, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"The caption of {original_slug} could not be redrawn: {done.stderr.decode()[-400:]}")
        return done.stdout


def register(registry: Registry) -> None:
    registry.reconstructor("drawn-scenes", _make, DrawnScenesSettings)


def _make(settings: DrawnScenesSettings, files: Files) -> DrawnScenes:
    return DrawnScenes()
