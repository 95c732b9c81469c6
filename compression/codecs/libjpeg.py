"""One JPEG encoding through Pillow."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Literal

from PIL import ImageFile
from PIL.Image import Image

from compression.codecs.tables import Tables

Sampling = Literal["4:2:0", "4:2:2", "4:4:4"]
FINE = 4  # mean table entry below which a file may outgrow Pillow's buffer
_buffer_lock = threading.Lock()


def by_quality(image: Image, quality: int, sampling: Sampling, progressive: bool) -> bytes:
    """Encode with libjpeg's own tables for a quality from 1 to 100."""
    with _large_buffer(image, quality >= 95):
        return _save(image, sampling, progressive, quality=quality)


def by_tables(image: Image, tables: Tables, sampling: Sampling, progressive: bool) -> bytes:
    """Encode with the given quantisation tables."""
    with _large_buffer(image, sum(tables.entries()) < FINE * len(tables.entries())):
        return _save(image, sampling, progressive, qtables=[list(tables.luma), list(tables.chroma)])


def _save(image: Image, sampling: Sampling, progressive: bool, **options: object) -> bytes:
    buffer = BytesIO()
    profile = image.info.get("icc_profile")
    image.save(
        buffer, "JPEG", subsampling=sampling, progressive=progressive, optimize=True, icc_profile=profile, **options
    )
    return buffer.getvalue()


@contextmanager
def _large_buffer(image: Image, needed: bool) -> Iterator[None]:
    """Let very fine files have the buffer they need: Pillow guesses two bytes a pixel, noise can take four."""
    if not needed:
        yield
        return
    with _buffer_lock:
        usual = ImageFile.MAXBLOCK
        ImageFile.MAXBLOCK = max(usual, 4 * image.width * image.height)
        try:
            yield
        finally:
            ImageFile.MAXBLOCK = usual
