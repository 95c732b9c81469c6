"""Studies whose words and pictures are bought from the strict server, and what that server's models cost."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import User

from surveys.models import Study
from surveys.services import studies
from tests.compression.openai_server import EYES, PAINTER
from tests.surveys import study_files

WORDS = """captioner = { backend = "human", file = "captions.csv" }
reconstructor = { backend = "folder", folder = "made", suffix = "_w" }"""
BOUGHT = f"""captioner = {{ backend = "openai-chat", model = "{EYES}", preset = "paper" }}
reconstructor = {{ backend = "openai-images", model = "{PAINTER}", size = "64x64" }}"""
PRICES = f"""
[models."{EYES}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
input_per_million = 1
output_per_million = 10
max_output_tokens = 100
tokens_per_picture = 2000
[models."{PAINTER}"]
date = 2026-11-01
source = "https://example.org"
currency = "USD"
pictures = [{{ price = 0.02 }}]
"""


def load(folder: Path, budget: str = "", owner: User | None = None) -> Study:
    """Load a study of two originals and one bought method: two calls for words, two for pictures."""
    text = study_files.TEXT.replace(WORDS, BOUGHT)
    text = text.replace('category = "things"', 'category = "things"\nmay_send_to_third_parties = true')
    path = study_files.write(folder / "files", text + (f"\n[budget]\n{budget}\n" if budget else ""))
    return studies.load(path=path, owner=owner).study


def write_prices(folder: Path) -> Path:
    """Write the price table of the strict server's models."""
    path = folder / "prices.toml"
    path.write_text(PRICES)
    return path
