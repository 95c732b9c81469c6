"""How well each named thing can still be seen in a decoded picture, measured from the pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image
from scipy import ndimage

from examples.drawn_scenes.drawing.noise import Array

SMALLEST_PX = 12
SHARPNESS = 2.0  # what is half as similar is recognised much less than half as well
CHANNELS = ((0, 0.6), (1, 0.2), (2, 0.2))


def visibilities(original: Image.Image, decoded: Image.Image, masks: Mapping[str, Array]) -> dict[str, float]:
    """Measure each thing: 1 looks the same, 0 cannot be made out.

    Parameters
    ----------
    original, decoded
        Two pictures; ``decoded`` is brought to the original's size if it has another.
    masks
        Per thing, the pixels (of any size) that show it in the original.
    """
    if decoded.size != original.size:
        decoded = decoded.resize(original.size, Image.Resampling.LANCZOS)
    a, b = (np.asarray(picture.convert("YCbCr"), dtype=np.float32) for picture in (original, decoded))
    return {name: _one(a, b, _fitted(mask, original.size)) for name, mask in masks.items()}


def _fitted(mask: Array, size: tuple[int, int]) -> Array:
    if (mask.shape[1], mask.shape[0]) == size:
        return mask
    return np.asarray(Image.fromarray(mask.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX)) > 127


def _one(a: Array, b: Array, mask: Array) -> float:
    """Structural similarity inside the mask, at the scale of the thing; of the whole picture when it has no pixels."""
    if mask.sum() < SMALLEST_PX:
        mask = np.ones(mask.shape, dtype=bool)
    size = float(np.sqrt(mask.sum()))
    blur, window = float(np.clip(size / 200, 0.5, 0.9)), float(np.clip(size / 60, 1.0, 3.0))
    area = _around(mask, int(4 * window) + 4)
    inside = mask[area]
    total = sum(
        weight * _similarity(a[area][..., c], b[area][..., c], blur, window)[inside].mean() for c, weight in CHANNELS
    )
    return float(np.clip(total, 0, 1) ** SHARPNESS)


def _around(mask: Array, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin + 1),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + margin + 1),
    )


def _similarity(a: Array, b: Array, blur: float, window: float) -> Array:
    """Structural similarity per pixel (Wang et al. 2004), after a blur that takes the film grain away."""
    a, b = ndimage.gaussian_filter(a, blur), ndimage.gaussian_filter(b, blur)
    mean_a, mean_b = ndimage.gaussian_filter(a, window), ndimage.gaussian_filter(b, window)
    var_a = ndimage.gaussian_filter(a * a, window) - mean_a**2
    var_b = ndimage.gaussian_filter(b * b, window) - mean_b**2
    cov = ndimage.gaussian_filter(a * b, window) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return np.asarray(
        (2 * mean_a * mean_b + c1) * (2 * cov + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    )
