"""The structure of a JPEG file: which bytes are image data, which are metadata, and where it ends."""

from collections.abc import Iterator

STANDALONE = {0x01, *range(0xD0, 0xD9)}
METADATA = {*range(0xE0, 0xF0), 0xFE}  # APPn and COM
SOS, EOI = 0xDA, 0xD9


def is_jpeg(data: bytes) -> bool:
    """Tell whether a file begins as JPEG does."""
    return data[:3] == b"\xff\xd8\xff"


def image_bytes(data: bytes) -> int:
    """Return a file's bytes without metadata: for JPEG without APPn and COM segments, else all of them.

    What follows the end of a JPEG picture does not count either.
    """
    if not is_jpeg(data):
        return len(data)
    return end(data) - sum(length for marker, _, length in _segments(data) if marker in METADATA)


def end(data: bytes) -> int:
    """Return the offset just behind the picture's end-of-image marker (the length when there is none)."""
    for marker, start, length in _segments(data):
        if marker == EOI:
            return start + length
    return len(data)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, offset and total length of each segment up to the end of the image."""
    position = 2
    while position + 1 < len(data):
        if data[position] != 0xFF or data[position + 1] in (0x00, 0xFF):
            position += 1
            continue
        marker = data[position + 1]
        length = 2 if marker in STANDALONE or marker == EOI else 2 + int.from_bytes(data[position + 2 : position + 4])
        yield marker, position, length
        if marker == EOI:
            return
        position += length
        if marker == SOS:
            position = _after_scan(data, position)


def _after_scan(data: bytes, position: int) -> int:
    """Return the offset of the first marker behind entropy-coded data; stuffed zeros and restarts are part of it."""
    while (position := data.find(b"\xff", position)) != -1:
        if position + 1 >= len(data) or (data[position + 1] != 0x00 and data[position + 1] not in range(0xD0, 0xD8)):
            return position
        position += 2
    return len(data)
