"""Paid backends that tests register; nothing leaves the process."""

from collections.abc import Mapping
from typing import Any

from PIL import Image

from compression.errors import RemediedError, StopRun
from compression.methods import Registry, Settings
from compression.types import Caption, Lane, Original, Reconstruction
from tests.compression.pictures import saved

calls: list[str] = []


class Words:
    """A captioner that is paid by the call."""

    lane: Lane = "paid"
    versions: Mapping[str, str] = {"bought-words": "1"}

    def caption(self, original: Original, caller: Any) -> Caption:
        calls.append(f"words of {original.slug}")
        return Caption(original.slug, f"bought words for {original.slug}", provenance={"request_id": "r-1"})


class Picture:
    """A reconstructor that is paid by the call."""

    lane: Lane = "paid"
    versions: Mapping[str, str] = {"bought-picture": "1"}

    def reconstruct(
        self, caption: str | None, original_slug: str, seed: int, width: int, height: int, caller: Any
    ) -> Reconstruction:
        calls.append(f"picture of {caption}, draw {seed}")
        return Reconstruction(saved(Image.new("RGB", (64, 64), (10 * seed, 80, 90)), "PNG"), {"request_id": "r-2"})


class Refused(Words):
    """A captioner whose service refuses."""

    def caption(self, original: Original, caller: Any) -> Caption:
        calls.append("refused")
        raise RemediedError("it says no", "write the words yourself")


class Broke(Words):
    """A captioner whose account is empty."""

    def caption(self, original: Original, caller: Any) -> Caption:
        calls.append("broke")
        raise StopRun("no credit is left", "top it up")


def register(registry: Registry) -> None:
    registry.captioner("bought-words", lambda settings, files: Words(), Settings)
    registry.captioner("refused", lambda settings, files: Refused(), Settings)
    registry.captioner("broke", lambda settings, files: Broke(), Settings)
    registry.reconstructor("bought-picture", lambda settings, files: Picture(), Settings)
