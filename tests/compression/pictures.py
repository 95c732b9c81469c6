"""Pictures that tests draw for themselves."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image


def textured(seed: int, width: int = 320, height: int = 240, roughness: float = 1.0) -> Image.Image:
    """Return a photograph-like picture: noise over all frequencies, in colour, with a few shapes."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(width), np.fft.fftfreq(height)))
    spectrum = 1 / np.maximum(frequency, 1 / max(width, height)) ** roughness
    channels = [np.fft.ifft2(np.fft.fft2(rng.standard_normal((height, width))) * spectrum).real for _ in range(3)]
    grey, *tints = [channel / channel.std() for channel in channels]
    pixels = np.stack([128 + 45 * grey + 14 * tint for tint in (tints[0], -tints[0] - tints[1], tints[1])], axis=-1)
    for _ in range(4):
        x, y = rng.integers(0, width * 3 // 4), rng.integers(0, height * 3 // 4)
        pixels[y : y + height // 5, x : x + width // 5] += rng.uniform(-70, 70, 3)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def saved(image: Image.Image, picture_format: str, **options: Any) -> bytes:
    """Return the file of an image."""
    buffer = BytesIO()
    image.save(buffer, picture_format, **options)
    return buffer.getvalue()


def reopened(data: bytes) -> Image.Image:
    """Return the decoded pixels of a file."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
