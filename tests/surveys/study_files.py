"""Study files for tests, with tiny pictures that the tests draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

TEXT = """
[study]
slug = "small"
title = "A small study"
seed = 11
listed = true
results = "public"

[renditions]
area_px = 4096
pair_budget_bytes = 50000

[[categories]]
slug = "things"
title = "Things"

[[originals]]
slug = "one"
category = "things"
file = "originals/one"

[[originals]]
slug = "two"
category = "things"
file = "originals/two"

[[methods]]
slug = "words"
title = "Words"
family = "textual"
captioner = { backend = "human", file = "captions.csv" }
reconstructor = { backend = "folder", folder = "made", suffix = "_w" }

[[methods]]
slug = "jpeg"
title = "JPEG"
family = "classical"
codec = { backend = "jpeg", quality = 20 }

[[surveys]]
slug = "a"
instrument = "survey_a"
raters = 2

[consent]
responsible = "Dr Ada Example"
contact = "ada@example.org"
ethics = "none"
purpose = "We want to know how well a picture survives being made small."
retention = "Answers are kept for ten years, without names."
third_parties = "none"
pay = "none"
content_warning = "none"
adults_only = true
withdraw_until = "30 days"

[preregistration]
primary_outcome = "median satisfaction"
margin = 0.5
"""


def draw(path: Path, seed: int, size: tuple[int, int] = (96, 72)) -> None:
    """Draw a picture with some texture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 90, (size[1], size[0], 3), dtype=np.uint8)
    ramp = np.linspace(0, 160, size[0], dtype=np.uint8)[None, :, None]
    Image.fromarray(noise + ramp).save(path)


def write(folder: Path, text: str = TEXT) -> Path:
    """Write a whole small study into a folder and return its study file."""
    for seed, name in enumerate(("one", "two")):
        draw(folder / "originals" / f"{name}.png", seed)
        draw(folder / "made" / f"{name}_w.png", seed + 10, (64, 64))
    (folder / "captions.csv").write_text("original,caption\none,A red thing\ntwo,A blüe thing\n", encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path
