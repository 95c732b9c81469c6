"""What the hour of the day does to sky and colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from examples.drawn_scenes.drawing.noise import Array

Colour = tuple[float, float, float]


def rgb(text: str) -> Colour:
    """``"e0a060"`` as three numbers in [0, 1]."""
    return (int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def scaled(a: Colour, f: float) -> Colour:
    return (min(a[0] * f, 1.0), min(a[1] * f, 1.0), min(a[2] * f, 1.0))


@dataclass(frozen=True)
class Light:
    """Colours of a sky from top to horizon, and how its light falls (direction: right, up, towards us)."""

    sky: tuple[Colour, Colour, Colour]
    ambient: Colour
    key: Colour
    direction: Colour
    haze: Colour
    cloud: Colour
    cloud_shadow: Colour
    sun: tuple[float, float] | None = None
    sun_colour: Colour = (1.0, 0.95, 0.8)
    glow: float = 0.0
    dark: float = 0.0
    tint: Colour = (1.0, 1.0, 1.0)

    def vector(self) -> Array:
        v = np.array(self.direction, dtype=np.float32)
        return np.asarray(v / np.sqrt((v * v).sum()))


def _light(sky: str, ambient: str, key: str, direction: Colour, haze: str, cloud: str, shadow: str) -> Light:
    top, middle, low = (rgb(c) for c in sky.split())
    return Light((top, middle, low), rgb(ambient), rgb(key), direction, rgb(haze), rgb(cloud), rgb(shadow))


def _with(base: Light, sun: tuple[float, float] | None, colour: str, glow: float, dark: float, tint: Colour) -> Light:
    return Light(
        base.sky, base.ambient, base.key, base.direction, base.haze, base.cloud, base.cloud_shadow,
        sun, rgb(colour), glow, dark, tint,
    )  # fmt: skip


LIGHTS: dict[str, Light] = {
    "": _with(
        _light("b9c6cf cdd6da dfe3e2", "83868c", "8c8985", (-0.5, 0.7, 0.8), "cfd6d8", "eef0f0", "bcc4c9"),
        None, "ffffff", 0.0, 0.0, (1.0, 1.0, 1.0)),
    "morning": _with(
        _light("6fa9d8 a9cfe6 f2e6cf", "7d8797", "9c8f78", (-0.7, 0.55, 0.7), "dfe6e2", "fff6ea", "b7bfcd"),
        (0.2, 0.3), "fff3cf", 0.45, 0.0, (1.02, 1.0, 0.96)),
    "noon": _with(
        _light("2f78c4 68a8de bfe0ef", "7c8894", "989080", (-0.3, 0.85, 0.65), "c4dbe8", "ffffff", "b9c7d6"),
        None, "ffffff", 0.0, 0.0, (1.0, 1.0, 0.99)),
    "afternoon": _with(
        _light("3f83c6 7fb5df e3e6d6", "7a8490", "a0937a", (0.6, 0.65, 0.7), "d5dfdd", "fffaf0", "b4bccb"),
        (0.86, 0.16), "fff2cc", 0.3, 0.0, (1.03, 1.0, 0.94)),
    "sunrise": _with(
        _light("5a7fb8 d9a6b0 ffd9a0", "757793", "a4826a", (-0.8, 0.35, 0.6), "ecc7b4", "ffd2b8", "a892b4"),
        (0.24, 0.47), "ffe6ae", 0.9, 0.05, (1.04, 0.99, 0.94)),
    "sunset": _with(
        _light("3f5796 d6809a ffb765", "6d6a8a", "ad7c58", (0.8, 0.35, 0.6), "e9ab84", "ff9f7a", "7d6a9c"),
        (0.74, 0.5), "ffdb8f", 1.0, 0.1, (1.06, 0.98, 0.9)),
    "dusk": _with(
        _light("26365f 5d6a93 c99a8f", "4e5a78", "4f4a58", (0.5, 0.5, 0.7), "8b8798", "8d8699", "3a4262"),
        None, "ffd9b0", 0.35, 0.45, (0.95, 0.97, 1.06)),
    "evening": _with(
        _light("33447a 8b7fa6 f0b183", "646078", "8f6d50", (-0.7, 0.4, 0.65), "b99a98", "e7a890", "5b5a85"),
        (0.3, 0.52), "ffcf8f", 0.6, 0.25, (1.06, 0.98, 0.88)),
    "night": _with(
        _light("0a1230 172450 35406e", "33406a", "2d3350", (-0.4, 0.7, 0.7), "2b3560", "38426e", "141c3c"),
        (0.8, 0.16), "eef0ff", 0.35, 0.9, (0.96, 0.98, 1.08)),
}  # fmt: skip
