"""Studies whose words and pictures are bought from the strict server, and what that server's models cost."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.models import User

from surveys.models import Study
from surveys.services import studies
from tests.compression.openai_server import EYES, PAINTER
from tests.compression.paid_worlds import write_prices
from tests.surveys import study_files

__all__ = ["load", "write_prices"]
WORDS = """captioner = { backend = "human", file = "captions.csv" }
reconstructor = { backend = "folder", folder = "made", suffix = "_w" }"""
BOUGHT = f"""captioner = {{ backend = "openai-chat", model = "{EYES}", preset = "paper" }}
reconstructor = {{ backend = "openai-images", model = "{PAINTER}", size = "64x64" }}"""


def load(folder: Path, budget: str = "", owner: User | None = None) -> Study:
    """Load a study of two originals and one bought method: two calls for words, two for pictures."""
    text = study_files.TEXT.replace(WORDS, BOUGHT)
    text = text.replace('category = "things"', 'category = "things"\nmay_send_to_third_parties = true')
    path = study_files.write(folder / "files", text + (f"\n[budget]\n{budget}\n" if budget else ""))
    return studies.load(path=path, owner=owner).study
