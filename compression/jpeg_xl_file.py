"""JPEG XL files that this package wrote: bare codestreams, decoded by imagecodecs."""

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from PIL import Image

from compression.errors import RemediedError

RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}  # width to height
SIDE_BITS = (9, 13, 18, 30)


def imagecodecs() -> Any:
    """Return the module that knows JPEG XL.

    Raises
    ------
    RemediedError
        When it is not installed.
    """
    try:
        return importlib.import_module("imagecodecs")
    except ImportError as error:
        raise RemediedError(
            "JPEG XL needs imagecodecs, which is not installed", "pip install -r requirements-jxl.txt"
        ) from error


def versions() -> dict[str, str]:
    """Return the version of what encodes, without importing it."""
    try:
        return {"imagecodecs": version("imagecodecs")}
    except PackageNotFoundError:
        return {"imagecodecs": "not installed"}


def is_jpeg_xl(data: bytes) -> bool:
    """Tell whether a file is a bare JPEG XL codestream."""
    return data[:2] == b"\xff\x0a"


def size(data: bytes) -> tuple[int, int]:
    """Return width and height (px) from the codestream's header (ISO/IEC 18181-1, SizeHeader)."""
    bits = _Bits(data[2:32])
    small = bits.take(1)
    height = _side(bits, small)
    if ratio := RATIOS.get(bits.take(3)):
        return height * ratio[0] // ratio[1], height
    return _side(bits, small), height


def read(data: bytes) -> Image.Image:
    """Return the decoded pixels."""
    return Image.fromarray(imagecodecs().jpegxl_decode(data, numthreads=1))


def _side(bits: "_Bits", small: int) -> int:
    return (bits.take(5) + 1) * 8 if small else bits.take(SIDE_BITS[bits.take(2)]) + 1


class _Bits:
    """Takes bits from the least significant one on."""

    def __init__(self, data: bytes) -> None:
        self._left = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        value = self._left & ((1 << count) - 1)
        self._left >>= count
        return value
