"""The reconstructor: ``python -m examples.drawn_scenes.redraw`` reads one JSON object on standard input, with caption,
seed, width and height, and writes a PNG to standard output. That is all it ever learns about a picture.
"""

from __future__ import annotations

import io
import json
import sys

from examples.drawn_scenes.draw import draw
from examples.drawn_scenes.parsing import parse

LARGEST = 4096


def redraw(caption: str, seed: int, width: int, height: int) -> bytes:
    """Draw what a caption says as a PNG file."""
    if not (16 <= width <= LARGEST and 16 <= height <= LARGEST):
        raise ValueError(f"width and height must be 16 to {LARGEST} pixels, not {width} x {height}")
    file = io.BytesIO()
    draw(parse(caption), width, height, seed).image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def main() -> int:
    request = json.load(sys.stdin)
    try:
        data = redraw(str(request["caption"]), int(request["seed"]), int(request["width"]), int(request["height"]))
    except (KeyError, ValueError) as error:
        print(f"The request cannot be drawn: {error}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
