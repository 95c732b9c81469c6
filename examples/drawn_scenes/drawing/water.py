"""Lakes, seas and rivers, which mirror what is above them."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Canvas, Patch
from examples.drawn_scenes.drawing.grounds import Plane, ramp
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.noise import Array, clouds
from examples.drawn_scenes.drawing.palette import colour


def _area(canvas: Canvas, plane: Plane, bottom: float) -> tuple[Patch, int]:
    rows = min(int(canvas.y(bottom)), canvas.height) - plane.top
    fade = np.clip((rows - np.arange(rows, dtype=np.float32)) / (5 * canvas.scale), 0, 1)
    alpha = np.broadcast_to(fade[:, None], (rows, canvas.width)).copy()
    return Patch(slice(plane.top, plane.top + rows), slice(0, canvas.width), alpha), rows


def _reflection(canvas: Canvas, plane: Plane, ripple: Array, rough: float) -> Array:
    height, width = plane.shape
    wobble = ((ripple - 0.5) * rough * canvas.scale * (0.4 + plane.near)).astype(int)
    rows = np.clip(plane.top - 1 - np.arange(height)[:, None] + wobble, 0, plane.top - 1)
    columns = np.clip(np.arange(width)[None, :] + wobble // 3, 0, width - 1)
    return np.asarray(canvas.rgb[rows, columns])


def lake(canvas: Canvas, top: float, bottom: float, word: str, words: tuple[str, ...]) -> None:
    plane = Plane(canvas, top, top - 12)
    ripple = plane.texture(2.2, 2.4, 1.4, 4)
    water = colour(word, "turquoise") if word and word != "calm" else rgb("5b8fa6")
    tone = np.asarray(canvas.light.ambient) + np.asarray(canvas.light.key) * 0.8
    deep = np.asarray(scaled(water, 0.75)) * tone
    steep = np.clip(plane.near * 0.75, 0, 0.62)[..., None]
    out = _reflection(canvas, plane, ripple, 18) * 0.93 * (1 - steep) + deep * steep
    out = out + ((ripple - 0.5) * 0.09)[..., None]
    patch, rows = _area(canvas, plane, bottom)
    canvas.blend(patch, np.clip(out[:rows], 0, 1).astype(np.float32))


def sea(canvas: Canvas, top: float, bottom: float, word: str, words: tuple[str, ...]) -> None:
    stormy = "stormy" in words
    plane = Plane(canvas, top, top - 8)
    swell = plane.texture(7 if stormy else 4, 3.0 if stormy else 2.6, 1.3, 4)
    fine = plane.texture(1.6, 1.4, 0.9, 3)
    base = rgb("2f4a5c") if stormy else colour(word if word != "calm" else "", "blue")
    light = canvas.light
    tone = np.asarray(light.ambient) + np.asarray(light.key) * 0.85
    value = np.clip(0.6 * swell + 0.4 * fine, 0, 1)
    body = ramp(value, scaled(base, 0.55), base, mix(base, rgb("9fd0d0"), 0.5)) * tone
    mirror = _reflection(canvas, plane, fine, 40)
    shine = np.clip(0.65 - plane.near * 0.55, 0.15, 0.6)[..., None]
    out = body * (1 - shine) + mirror * shine
    if light.sun and light.glow and not stormy:
        out = out + _glitter(canvas, plane, fine)
    crest = np.clip((swell * 0.7 + fine * 0.5 - (0.82 if stormy else 1.02)) / 0.1, 0, 1) * np.clip(plane.near * 2, 0, 1)
    out = out * (1 - crest[..., None]) + crest[..., None] * np.asarray(mix(light.cloud, (1, 1, 1), 0.4)) * (
        1 - 0.35 * light.dark
    )
    patch, rows = _area(canvas, plane, bottom)
    canvas.blend(patch, np.clip(out[:rows], 0, 1).astype(np.float32))
    if bottom < 880:
        foam(canvas, bottom - 9, 9)


def _glitter(canvas: Canvas, plane: Plane, fine: Array) -> Array:
    light = canvas.light
    assert light.sun
    x = np.arange(canvas.width, dtype=np.float32)[None, :] - light.sun[0] * canvas.width
    column = np.exp(-((x / (canvas.scale * (50 + 90 * plane.near))) ** 2))
    return np.asarray(
        (column * np.clip((fine - 0.45) * 3, 0, 1) * 0.75 * light.glow)[..., None] * np.asarray(light.sun_colour)
    )


def foam(canvas: Canvas, y: float, thickness: float) -> None:
    """A line of foam where the water ends."""
    height = int(canvas.y(thickness * 6))
    top = int(canvas.y(y)) - height // 2
    edge = clouds(canvas.rng, 2, canvas.width, 160 * canvas.scale, 5)[:1] * height * 0.7
    rows = np.arange(height, dtype=np.float32)[:, None]
    lace = clouds(canvas.rng, height, canvas.width, 22 * canvas.scale, 4)
    alpha = np.clip(1 - np.abs(rows - edge - height * 0.15) / (thickness * canvas.scale * (0.5 + lace)), 0, 1) * 0.9
    white = np.asarray(mix(canvas.light.cloud, (1, 1, 1), 0.5))
    bottom = min(top + height, canvas.height)
    canvas.blend(
        Patch(slice(top, bottom), slice(0, canvas.width), alpha[: bottom - top].astype(np.float32)),
        white.astype(np.float32),
    )


def river(canvas: Canvas, top: float) -> None:
    """A river winding through a valley to the horizon."""
    plane = Plane(canvas, top)
    ripple = plane.texture(2, 1.5, 1.0, 4)
    bend = 70 * np.sin(plane.v / 190 + 0.6) - 60
    alpha = np.clip((52 - np.abs(plane.u * 0.55 + bend)) / 7, 0, 1).astype(np.float32)
    sky = np.asarray(mix(canvas.light.sky[1], canvas.light.sky[0], 0.4))
    out = sky * (0.86 + 0.24 * ripple[..., None]) * 0.62 + np.asarray(rgb("4f9ad0")) * 0.38
    canvas.blend(
        Patch(slice(plane.top, canvas.height), slice(0, canvas.width), alpha), np.clip(out, 0, 1).astype(np.float32)
    )
