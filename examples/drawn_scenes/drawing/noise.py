"""Smooth random textures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]


def smooth(rng: np.random.Generator, height: int, width: int, cell: float, stretch: float = 1.0) -> Array:
    """Random hills in [0, 1] about ``cell`` pixels wide and ``cell / stretch`` high."""
    rows = max(2, round(height * stretch / cell) + 2)
    columns = max(2, round(width / cell) + 2)
    grid = Image.fromarray(rng.random((rows, columns), dtype=np.float32))
    return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def clouds(
    rng: np.random.Generator,
    height: int,
    width: int,
    cell: float,
    octaves: int = 5,
    stretch: float = 1.0,
    gain: float = 0.5,
) -> Array:
    """Fractal noise, scaled to [0, 1]."""
    total = np.zeros((height, width), dtype=np.float32)
    weight = 1.0
    for _ in range(octaves):
        total += weight * smooth(rng, height, width, max(cell, 1.0), stretch)
        weight *= gain
        cell /= 2
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def tile(rng: np.random.Generator, size: int = 512, spread: float = 1.0, octaves: int = 5) -> Array:
    """A square of fractal noise in [0, 1] whose opposite edges meet: hills ``spread`` px wide and larger."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    longest = spread * 2 ** (octaves - 1) * 4
    amplitude = np.exp(-((frequency * spread * 4) ** 2)) / (frequency + 1 / longest) ** 1.4
    phases = rng.standard_normal((2, *frequency.shape))
    total = np.fft.irfft2(amplitude * (phases[0] + 1j * phases[1]), s=(size, size)).astype(np.float32)
    low, high = np.quantile(total[::4, ::4], [0.005, 0.995])
    return np.asarray(np.clip((total - low) / (high - low), 0, 1))


def sample(texture: Array, u: Array, v: Array) -> Array:
    """Read a wrapping texture at fractional pixels, bilinearly."""
    size = texture.shape[0]
    u0, v0 = np.floor(u), np.floor(v)
    fu, fv = (u - u0).astype(np.float32), (v - v0).astype(np.float32)
    i0, j0 = v0.astype(np.int64) % size, u0.astype(np.int64) % size
    i1, j1 = (i0 + 1) % size, (j0 + 1) % size
    top = texture[i0, j0] * (1 - fu) + texture[i0, j1] * fu
    low = texture[i1, j0] * (1 - fu) + texture[i1, j1] * fu
    return np.asarray(top * (1 - fv) + low * fv)
