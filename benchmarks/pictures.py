"""Pictures that benchmarks draw for themselves: large JPEG files that look like photographs to an encoder."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

TILE = (1000, 750)


def drawn(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return a picture of coloured noise over all frequencies, of another roughness from place to place."""
    tiles = [_textured(seed + number, 0.9 + number % 5 / 10) for number in range(10)]
    image = Image.new("RGB", (width, height))
    cells = [(left, top) for top in range(0, height, TILE[1]) for left in range(0, width, TILE[0])]
    for number, cell in enumerate(cells):
        image.paste(tiles[number % len(tiles)].rotate(180 * (number // len(tiles) % 2)), cell)
    return image


def as_jpeg(image: Image.Image, quality: int = 92) -> bytes:
    """Return the JPEG file that stands for an original."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    return buffer.getvalue()


def named(paths: list[str]) -> dict[str, bytes]:
    """Return the given files by name, or drawn ones when none is given."""
    if paths:
        return {Path(path).name: Path(path).read_bytes() for path in paths}
    sizes = [(3000, 2000), (4160, 3120), (6000, 4000)]
    return {f"drawn, {w * h / 1e6:.0f} MP": as_jpeg(drawn(w, h, seed)) for seed, (w, h) in enumerate(sizes)}


def _textured(seed: int, roughness: float) -> Image.Image:
    rng = np.random.default_rng(seed)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(TILE[0]), np.fft.fftfreq(TILE[1])))
    spectrum = 1 / np.maximum(frequency, 1 / max(TILE)) ** roughness
    noise = [np.fft.ifft2(np.fft.fft2(rng.standard_normal(TILE[::-1])) * spectrum).real for _ in range(3)]
    grey, red, blue = [channel / channel.std() for channel in noise]
    pixels = np.stack([128 + 45 * grey + 14 * tint for tint in (red, -red - blue, blue)], axis=-1)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
