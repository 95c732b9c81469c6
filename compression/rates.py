"""What a stimulus costs, in the units of the paper and of the field."""

from functools import lru_cache

import brotli


@lru_cache(maxsize=10_000)  # a millisecond each, and asked for whenever rows are listed
def brotli_bytes(text: str) -> int:
    """Return the bytes of a caption's UTF-8 text after Brotli (quality 11, text mode, its own dictionary).

    A second column beside the plain bytes, which are the paper's number: words could be sent in fewer.
    """
    return len(brotli.compress(text.encode("utf-8"), mode=brotli.MODE_TEXT, quality=11))


def bits_per_pixel(size_bytes: int | None, original_pixels: int | None) -> float | None:
    """Return bits of what counts per pixel of the original, the axis usual for image codecs; None where unknown."""
    if not size_bytes or not original_pixels:
        return None
    return 8 * size_bytes / original_pixels
