"""Bytes behind the end of a picture: they are part of its file's size, so they are worth a note."""

from compression import jpeg_file


def notes(data: bytes, picture_format: str) -> list[str]:
    """Return a note when a JPEG, PNG or WebP file goes on behind its picture."""
    extra = len(data) - _end(data, picture_format)
    return [f"{extra} bytes follow the end of the picture and count in its file size"] if extra > 0 else []


def _end(data: bytes, picture_format: str) -> int:
    if picture_format == "JPEG":
        return jpeg_file.end(data)
    if picture_format == "WEBP":
        return 8 + int.from_bytes(data[4:8], "little")
    return _png_end(data) if picture_format == "PNG" else len(data)


def _png_end(data: bytes) -> int:
    position = 8
    while position + 12 <= len(data):
        kind = data[position + 4 : position + 8]
        position += 12 + int.from_bytes(data[position : position + 4])
        if kind == b"IEND":
            return position
    return len(data)
