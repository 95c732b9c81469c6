"""What is shown: every picture resampled once, by one filter, to the study's pixel area, and stored without loss."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any

import PIL
from PIL import Image, features

from compression import images
from compression.errors import PictureError
from compression.store import Store
from compression.types import Rendition, Watermark
from compression.watermark import hidden, masked

RESAMPLER = "lanczos"
MAX_SIDE = 16_383  # WebP's
MIN_AREA_PX = 64 * 64
MARGIN = 0.95  # of the area that a budget seems to allow, as bytes do not follow area exactly


def versions() -> Mapping[str, str]:
    """Return all that decides a rendition's bytes."""
    return {"rendition": "1", "resampler": RESAMPLER, "pillow": PIL.__version__, "webp": str(features.version("webp"))}


def size_for(width: int, height: int, area_px: int) -> tuple[int, int]:
    """Return width and height (px) of about ``area_px`` pixels with the same aspect ratio.

    Parameters
    ----------
    width, height
        Of the picture, in pixels; smaller pictures are enlarged.
    area_px
        Wanted product of both.
    """
    factor = math.sqrt(area_px / (width * height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def lower(area_px: int, pair_bytes: int, budget_bytes: int) -> int:
    """Return the next area to try when the largest pair is over the budget."""
    share = min(0.95, MARGIN * budget_bytes / pair_bytes)
    return max(MIN_AREA_PX, int(area_px * share))


def render(
    store: Store, data: bytes, name: str, source_sha256: str, area_px: int, via: tuple[int, int] | None,
    watermark: Watermark | None = None,
) -> Rendition:  # fmt: skip
    """Make and keep the rendition of a picture file.

    Parameters
    ----------
    data, name, source_sha256
        The file, how messages call it, and its hash.
    area_px
        Pixel area of the rendition.
    via
        Size (px) of the original when the file is a codec's at another size: its decoder would bring it back first.
    watermark
        What is hidden before the picture is resampled, so that nothing of it leaks; a mask again after that, so that
        its edges are at the same place in every picture.

    Raises
    ------
    PictureError
        When the file cannot be decoded, or is too narrow to be shown at that area.
    """
    image = images.read(data, name, jpeg_xl=True).image
    if via is not None and via != image.size:
        image = image.resize(via, Image.Resampling.LANCZOS)
    image = hidden(image, watermark)
    size = size_for(*image.size, area_px)
    if max(size) > MAX_SIDE:
        raise PictureError(f"{name} is too narrow to be shown ({image.width} × {image.height} px)", "crop it first")
    encoded = _lossless(masked(image.resize(size, Image.Resampling.LANCZOS), watermark))
    return Rendition(store.put_blob(encoded), *size, len(encoded), area_px, source_sha256, watermark)


def to_record(rendition: Rendition) -> dict[str, Any]:
    """Return a rendition as JSON data."""
    return {name: value for name, value in asdict(rendition).items() if value is not None}


def from_record(record: Mapping[str, Any]) -> Rendition:
    """Return the rendition that :func:`to_record` wrote."""
    mark = record.get("watermark")
    return Rendition(**{**record, "watermark": Watermark(**mark) if mark else None})


def _lossless(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", lossless=True, exact=True, method=4, quality=80)
    return buffer.getvalue()
