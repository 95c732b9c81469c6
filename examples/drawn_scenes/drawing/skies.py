"""Skies: a gradient, the sun or moon, stars, clouds."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Canvas, Patch
from examples.drawn_scenes.drawing.light import Colour, mix
from examples.drawn_scenes.drawing.noise import Array, clouds
from examples.drawn_scenes.drawing.palette import colour


def gradient(canvas: Canvas, stops: tuple[Colour, ...], horizon: float) -> None:
    """Fill the picture from the top down to the horizon, and on below it."""
    rows = np.linspace(0, canvas.height / max(canvas.y(horizon), 1), canvas.height)
    where = np.linspace(0, 1, len(stops))
    for channel in range(3):
        canvas.rgb[..., channel] = np.interp(rows, where, [stop[channel] for stop in stops])[:, None]


def sky(canvas: Canvas, weather: str, horizon: float) -> None:
    light = canvas.light
    top, middle, low = light.sky
    if weather in ("stormy", "rainy", "snowy", "misty"):
        grey = mix(light.haze, (0.5, 0.52, 0.56), 0.4)
        top, middle, low = (mix(c, grey, 0.45) for c in (top, middle, low))
    gradient(canvas, (top, middle, low), horizon)
    if light.dark > 0.8 and weather != "rainy":
        stars(canvas, horizon)
    if light.sun and weather not in ("stormy", "rainy", "snowy"):
        sun(canvas, horizon)
    _veil(canvas, weather, horizon)


def sun(canvas: Canvas, horizon: float) -> None:
    light = canvas.light
    assert light.sun
    x, y = light.sun[0] * canvas.width, canvas.y(min(light.sun[1] * 900, horizon * 0.9))
    s = canvas.scale
    canvas.glow(x, y, 260 * s, light.sun_colour, 0.45 * light.glow)
    canvas.glow(x, y, 95 * s, light.sun_colour, 0.55 * light.glow + 0.1)
    radius = 26 * s
    yy, xx = np.mgrid[0 : canvas.height, 0 : canvas.width]
    disc = np.clip(radius - np.hypot(xx - x, yy - y) + 0.5, 0, 1).astype(np.float32)
    canvas.blend(
        Patch(slice(0, canvas.height), slice(0, canvas.width), disc),
        mix(light.sun_colour, (1, 1, 1), 0.5),
        0.95,
        owns=False,
    )


def stars(canvas: Canvas, horizon: float) -> None:
    rng = canvas.rng
    band = clouds(rng, canvas.height, canvas.width, 420 * canvas.scale, 6)
    canvas.rgb += ((np.clip(band - 0.45, 0, 1) ** 1.5)[..., None] * np.array([0.22, 0.2, 0.34])).astype(np.float32)
    for _ in range(420):
        x, y = rng.random() * canvas.width, rng.random() ** 1.3 * canvas.y(horizon)
        big = rng.random() ** 6
        canvas.glow(x, y, (0.75 + 1.5 * big) * canvas.scale, (0.9, 0.93, 1.0), 0.35 + 0.65 * rng.random())


def _veil(canvas: Canvas, weather: str, horizon: float) -> None:
    """Thin cloud everywhere, more of it in bad weather."""
    light = canvas.light
    cover = {"clear": 0.1, "sunny": 0.22, "windy": 0.3, "starry": 0.0, "rainy": 0.7, "stormy": 0.8, "snowy": 0.7}.get(
        weather, 0.3
    )
    if cover:
        cloud_layer(canvas, light.cloud, light.cloud_shadow, cover, horizon, 0.55)


def cloud_layer(canvas: Canvas, bright: Colour, shadow: Colour, cover: float, horizon: float, strength: float) -> Array:
    """Clouds that flatten and crowd towards the horizon; returns their coverage."""
    height = max(int(canvas.y(horizon)), 2)
    n = clouds(canvas.rng, height * 2, canvas.width, 330 * canvas.scale, 6, stretch=1.5, gain=0.52)
    squeeze = (np.linspace(0, 1, height) ** 0.62 * (2 * height - 1)).astype(int)
    n = n[squeeze]
    alpha: Array = np.clip((n - (0.72 - 0.5 * cover)) / 0.2, 0, 1)
    alpha = alpha * alpha * (3 - 2 * alpha)
    step = max(int(9 * canvas.scale), 1)
    lit = np.clip((n - np.roll(n, step, axis=0)) * -2.6 + 0.55, 0, 1)[..., None]
    tone = np.asarray(shadow) * (1 - lit) + np.asarray(bright) * lit
    canvas.blend(Patch(slice(0, height), slice(0, canvas.width), alpha), tone.astype(np.float32), strength, owns=False)
    return np.asarray(alpha)


def cloud_thing(canvas: Canvas, word: str, horizon: float) -> None:
    """The clouds a caption names: big, and of its colour."""
    light = canvas.light
    tint = colour(word, "white")
    bright, shadow = mix(light.cloud, tint, 0.6), mix(light.cloud_shadow, tint, 0.3)
    if word == "dark":
        bright, shadow = mix(light.cloud, (0.33, 0.36, 0.43), 0.7), (0.13, 0.15, 0.21)
    alpha = cloud_layer(canvas, bright, shadow, 0.75 if word == "dark" else 0.52, horizon, 0.95)
    canvas.owner[: alpha.shape[0]][alpha > 0.35] = canvas.current
