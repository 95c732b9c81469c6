"""What the air and the camera do to a finished picture."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from examples.drawn_scenes.drawing.canvas import Canvas
from examples.drawn_scenes.drawing.landmarks import wind_lines
from examples.drawn_scenes.drawing.noise import Array
from examples.drawn_scenes.drawing.shapes import polygon

GRAIN = 0.011


def weather(canvas: Canvas, word: str, horizon: float) -> None:
    if word in ("rainy", "stormy"):
        _rain(canvas, 420 if word == "rainy" else 160)
    elif word == "snowy":
        _snow(canvas)
    elif word == "windy":
        wind_lines(canvas)


def _rain(canvas: Canvas, count: int) -> None:
    rng, s = canvas.rng, canvas.scale
    streaks = []
    for _ in range(count):
        x, y, long = rng.random() * canvas.width, rng.random() * canvas.height, (14 + 46 * rng.random()) * s
        lean, width = 0.16 * long, (0.6 + 0.7 * rng.random()) * s
        (streak,) = polygon((x, y), (x + width, y), (x - lean + width, y + long), (x - lean, y + long))
        streaks.append((streak, (0.85, 0.9, 1.0)))
    canvas.dabs(streaks, 0.3, owns=False)


def _snow(canvas: Canvas) -> None:
    rng = canvas.rng
    for k in range(560):
        near = (k / 560) ** 3
        x, y = rng.random() * canvas.width, rng.random() * canvas.height
        canvas.glow(x, y, (0.8 + 4.2 * near) * canvas.scale, (1.0, 1.0, 1.0), 0.75 - 0.35 * near)


def develop(canvas: Canvas) -> Array:
    """Bloom, tint, contrast, vignette and film grain; returns 8-bit RGB."""
    picture = np.clip(canvas.rgb, 0, 1)
    bright = np.clip(picture - 0.72, 0, 1)
    small = bright[::4, ::4]
    bloom = ndimage.gaussian_filter(small, (5 * canvas.scale, 5 * canvas.scale, 0))
    grown = np.repeat(np.repeat(bloom, 4, axis=0), 4, axis=1)[: canvas.height, : canvas.width]
    picture = 1 - (1 - picture) * (1 - 0.55 * grown)
    picture = picture * np.asarray(canvas.light.tint, dtype=np.float32)
    curve = picture * picture * (3 - 2 * picture)
    picture = 0.68 * picture + 0.32 * curve
    yy, xx = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    away = ((xx / canvas.width - 0.5) ** 2 + (yy / canvas.height - 0.5) ** 2)[..., None]
    picture = picture * (1.02 - 0.42 * away)
    picture = picture + _grain(canvas)[..., None]
    return np.asarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))


def _grain(canvas: Canvas) -> Array:
    noise = canvas.rng.standard_normal((canvas.height, canvas.width), dtype=np.float32)
    soft = ndimage.gaussian_filter(noise, 0.75 * max(canvas.scale, 0.5))
    return np.asarray(soft / soft.std() * GRAIN)
