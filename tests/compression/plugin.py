"""Backends that tests register as any outside module would."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from compression.methods import Registry, Settings
from compression.types import Caption, Encoded, Original
from tests.compression.pictures import saved, textured


class FlatSettings(Settings):
    """``fail`` is the slug of an original at which the backend breaks; ``log`` a file that gets a line per call."""

    fail: str = ""
    log: str = ""


class Flat:
    """A reconstructor that paints one colour, by the words and the seed."""

    versions: Mapping[str, str] = {"flat": "1"}

    def __init__(self, settings: FlatSettings) -> None:
        self._settings = settings

    def reconstruct(self, caption: str | None, original_slug: str, seed: int, width: int, height: int) -> bytes:
        if original_slug == self._settings.fail:
            raise RuntimeError("the brush broke")
        if self._settings.log:
            with Path(self._settings.log).open("a") as log:
                log.write(f"{original_slug} {caption} {seed}\n")
        colour = hashlib.sha256(f"{caption}:{seed}".encode()).digest()[:3]
        return saved(Image.new("RGB", (width, height), tuple(colour)), "PNG")


class SlowSettings(Settings):
    """``log`` gets a line when an encoding ends."""

    log: str
    effort: int = 1


class Slow:
    """A codec that takes its time and logs what it finished."""

    versions: Mapping[str, str] = {"slow": "1"}

    def __init__(self, settings: SlowSettings) -> None:
        self._settings = settings

    def encode(self, image: Any, original: Original) -> Encoded:
        for seed in range(self._settings.effort):
            textured(seed)
        with Path(self._settings.log).open("a") as log:
            log.write(f"{original.slug}\n")
        return Encoded(saved(image, "JPEG", quality=20), image.width, image.height, "image/jpeg", {})


class Colours:
    """A captioner that names the size of the file."""

    versions: Mapping[str, str] = {"colours": "1"}

    def caption(self, original: Original) -> Caption | None:
        return Caption(original.slug, f"  a file of {original.file_bytes} bytes\n")


def register(registry: Registry) -> None:
    registry.reconstructor("flat", lambda settings, files: Flat(settings), FlatSettings)
    registry.codec("slow", lambda settings, files: Slow(settings), SlowSettings)
    registry.captioner("colours", lambda settings, files: Colours(), Settings)
