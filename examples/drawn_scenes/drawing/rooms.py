"""Indoors and from above: table tops, cloths, desks, the sand at our feet, windows and the light they let in."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Canvas, Patch, Pen
from examples.drawn_scenes.drawing.grounds import Plane, ramp
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.noise import Array, clouds, smooth
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import box, polygon


def studio(canvas: Canvas, horizon: float) -> None:
    """A paper backdrop, for what nobody placed anywhere."""
    tints = ("b7b3ad", "a9b0b3", "b8ad9f", "aab0a5")
    base = rgb(tints[int(canvas.rng.integers(len(tints)))])
    yy, xx = np.mgrid[0 : canvas.height, 0 : canvas.width]
    away = np.hypot((xx / canvas.width - 0.45) * 1.1, yy / canvas.height - 0.4)
    floor = 0.10 * np.clip((yy / canvas.height * 900 - horizon) / 120, -0.2, 1)
    value = (
        1.08
        - 0.42 * away
        + floor
        + 0.03 * (clouds(canvas.rng, canvas.height, canvas.width, 240 * canvas.scale, 4) - 0.5)
    )
    canvas.rgb[:] = np.asarray(base) * value[..., None]


def wall(canvas: Canvas) -> None:
    """A plastered wall behind a table."""
    plaster = clouds(canvas.rng, canvas.height, canvas.width, 160 * canvas.scale, 6)
    base = np.asarray(rgb("b9a68c")) * (np.asarray(canvas.light.ambient) + np.asarray(canvas.light.key) * 0.62)
    canvas.rgb[:] = base * (0.93 + 0.14 * plaster[..., None])


def window_hole() -> tuple[float, float, float, float]:
    return (330.0, 30.0, 1090.0, 505.0)


def window_frame(canvas: Canvas, bright: bool) -> None:
    x0, y0, x1, y1 = window_hole()
    pen = Pen(canvas, 0, 0, 100)
    wood = rgb("efe8da")

    def bar(a: float, b: float, c: float, d: float) -> None:
        pen.solid(box(a, -d, c, -b, 3), wood, round=6, grain=0.12)

    middle = (x0 + x1) / 2
    for bounds in (
        (x0 - 26, y0 - 60, x0 + 2, y1 + 8),
        (x1 - 2, y0 - 60, x1 + 26, y1 + 8),
        (middle - 11, y0 - 60, middle + 11, y1),
        (x0, 258, x1, 274),
    ):
        bar(*bounds)
    pen.shadow(box(x0 - 46, -(y1 + 48), x1 + 46, -(y1 + 24)), 0.35, 12)
    bar(x0 - 46, y1 - 2, x1 + 46, y1 + 28)
    if bright:
        canvas.glow(canvas.x((x0 + x1) / 2), canvas.y(250), 330 * canvas.scale, (1.0, 0.95, 0.82), 0.22)
    for a, b in ((x0 - 120, x0 + 40), (x1 - 40, x1 + 120)):
        for k in range(6):
            t0, t1 = a + (b - a) * k / 6, a + (b - a) * (k + 1) / 6
            pen.solid(
                polygon((t0 - 3, 80), (t1 + 3, 80), (t1 + 3, -470 - 8 * (k % 2)), (t0 - 3, -470 - 8 * (k % 2))),
                scaled(rgb("d9cdb4"), 0.92 + 0.1 * (k % 2)),
                round=11,
                grain=0.1,
            )


def wood(canvas: Canvas, plane: Plane, base: Colour) -> Array:
    """Planks running towards us."""
    board = np.floor(plane.u / 120 + 0.4)
    shift = np.sin(board * 37.7) * 400
    along = plane.texture(6, 0.20, 5.0)
    fine = plane.texture(2, 0.12, 6.0, 4)
    rings = np.sin((plane.u + shift) * 0.16 + along * 9)
    tone = 0.5 + 0.18 * rings * (along - 0.2) + 0.5 * (fine - 0.5) + 0.12 * np.sin(board * 91.7)
    seam = np.clip(1 - np.abs((plane.u / 120 + 0.4) % 1 - 0.5) * 2, 0, 1) < 0.022
    out = ramp(np.clip(tone, 0, 1), scaled(base, 0.55), base, mix(base, rgb("f0cd92"), 0.45))
    return np.asarray(out * (1 - 0.6 * seam[..., None]))


def table(canvas: Canvas, top: float, word: str) -> None:
    """A table top in perspective, with the window's light falling over it."""
    plane = Plane(canvas, top, top - 230)
    out = wood(canvas, plane, rgb("9a6636") if word in ("", "wooden") else colour(word)) * (
        np.asarray(canvas.light.ambient) + np.asarray(canvas.light.key)
    )
    sheen = np.exp(-(((plane.u + 60) / 420) ** 2)) * np.clip(1.5 - plane.near * 1.3, 0, 1) * 0.3
    out = out + sheen[..., None] * np.asarray(mix(canvas.light.sky[2], (1, 1, 1), 0.4)) * 0.7
    plane.paint(out)
    canvas.shade(
        Patch(
            slice(plane.top, min(plane.top + 6, canvas.height)),
            slice(0, canvas.width),
            np.ones((min(6, canvas.height - plane.top), canvas.width), dtype=np.float32),
        ),
        0.4,
    )


def _full(canvas: Canvas, colours: Array) -> None:
    lit = colours * (np.asarray(canvas.light.ambient) + np.asarray(canvas.light.key) * 0.95)
    patch = Patch(
        slice(0, canvas.height), slice(0, canvas.width), np.ones((canvas.height, canvas.width), dtype=np.float32)
    )
    canvas.blend(patch, np.clip(lit, 0, 1).astype(np.float32))


def _relief(height: Array, strength: float) -> Array:
    gy, gx = np.gradient(height)
    return np.asarray(np.clip(1 + strength * (-gx - gy), 0.55, 1.4))[..., None]


def tablecloth(canvas: Canvas, word: str, words: tuple[str, ...]) -> None:
    """Woven cloth from above, checked if it is said to be."""
    base, h, w = colour(word, "blue") if word else rgb("b8b6ae"), canvas.height, canvas.width
    folds = clouds(canvas.rng, h, w, 420 * canvas.scale, 3)
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32) / canvas.scale
    bent_x, bent_y = xx + 16 * folds, yy + 14 * np.roll(folds, 90, axis=1)
    stripes = [((v / 96) % 1 < 0.5).astype(np.float32) for v in (bent_x, bent_y)]
    soft = (
        ((stripes[0] + stripes[1]) / 2)[..., None]
        if "checked" in words
        else np.full((h, w, 1), 0.5 if not word else 1.0, dtype=np.float32)
    )
    thread = 0.5 + 0.25 * np.sin(bent_x * 2.1) + 0.25 * np.sin(bent_y * 2.1)
    weave = (0.93 + 0.10 * thread + 0.07 * (smooth(canvas.rng, h, w, 2.2) - 0.5))[..., None]
    cloth = np.asarray(rgb("f2eee4")) * (1 - soft * 0.85) + np.asarray(base) * soft * 0.85
    _full(canvas, cloth * weave * _relief(folds * 60 * canvas.scale, 0.55))


def sand(canvas: Canvas, word: str, words: tuple[str, ...]) -> None:
    h, w = canvas.height, canvas.width
    base = {"golden": rgb("d9b57c"), "white": rgb("e6dcc6")}.get(word, rgb("c7ad80"))
    n = clouds(canvas.rng, h, w, 260 * canvas.scale, 6)
    yy = np.mgrid[0:h, 0:w][0] / canvas.scale
    ripples = np.sin(yy * 0.13 + n * 16) * 2.0 + n * 30
    speckle = smooth(canvas.rng, h, w, 1.7)
    tone = ramp(
        np.clip(0.5 + 0.55 * (n - 0.5) + 0.5 * (speckle - 0.5), 0, 1),
        scaled(base, 0.72),
        base,
        mix(base, rgb("fff3d6"), 0.55),
    )
    _full(canvas, tone * _relief(ripples, 0.22))


def waves(canvas: Canvas, words: tuple[str, ...]) -> None:
    """The edge of the sea along the top of the picture."""
    h, w = canvas.height, canvas.width
    yy = np.mgrid[0:h, 0:w][0] / canvas.height * 900
    shape = (
        60 * (clouds(canvas.rng, 2, w, 300 * canvas.scale, 4)[:1] - 0.5) + 14 * np.sin(np.linspace(0, 9, w))[None, :]
    )
    depth = 205 + shape - yy
    swirl, lace = clouds(canvas.rng, h, w, 150 * canvas.scale, 5), clouds(canvas.rng, h, w, 46 * canvas.scale, 5)
    wet = np.clip((depth + 75) / 22, 0, 1) * 0.42
    canvas.shade(Patch(slice(0, h), slice(0, w), wet.astype(np.float32)), 1.0, (0.32, 0.27, 0.2))
    water = ramp(
        np.clip(depth / 260 + 0.25 * (swirl - 0.5), 0, 1), rgb("a9d3c6"), rgb("57aab0"), rgb("23789a"), rgb("1c6488")
    )
    alpha = np.clip(depth / 26, 0, 1) * np.clip(0.5 + depth / 160, 0.5, 0.97)
    canvas.blend(Patch(slice(0, h), slice(0, w), alpha.astype(np.float32)), water.astype(np.float32))
    edge = (
        np.exp(-(((depth - 8) / 15) ** 2))
        + 0.75 * np.exp(-(((depth - 74 - 40 * (swirl - 0.5)) / 22) ** 2))
        + 0.5 * np.exp(-(((depth - 150 + 60 * (swirl - 0.5)) / 18) ** 2))
    )
    foam = np.clip(edge * (0.35 + 1.5 * np.abs(lace - 0.5) * 2) * (1.0 if "foaming" in words else 0.45), 0, 0.97)
    canvas.blend(
        Patch(slice(0, h), slice(0, w), foam.astype(np.float32)), np.asarray((0.98, 0.99, 0.98), dtype=np.float32)
    )
    canvas.owner[depth > 0] = canvas.current


def desk(canvas: Canvas, word: str, words: tuple[str, ...]) -> None:
    h, w = canvas.height, canvas.width
    base = colour(word) if word not in ("", "wooden") else rgb("8a5c36")
    board = clouds(canvas.rng, h, w, 700 * canvas.scale, 5, stretch=16)
    pores = clouds(canvas.rng, h, w, 120 * canvas.scale, 4, stretch=22)
    rows = np.arange(h, dtype=np.float32)[:, None] / canvas.height * 900
    plank = np.floor((rows + 60) / 225)
    seam = np.abs((rows + 60) / 225 - plank - 0.0) < 0.012
    tone = ramp(
        np.clip(0.5 + 0.5 * (board - 0.5) + 0.5 * (pores - 0.5) + 0.06 * np.sin(plank * 9), 0, 1),
        scaled(base, 0.6),
        base,
        mix(base, rgb("f2e2c4"), 0.3),
    )
    _full(canvas, tone * (1 - 0.5 * seam[..., None]))


def leafy_shadows(canvas: Canvas) -> None:
    """Sunlight through leaves: soft dark shapes over everything already there."""
    rng, alpha = canvas.rng, np.zeros((canvas.height, canvas.width), dtype=np.float32)
    for _ in range(5):
        x, y, a = 1200 * rng.random(), 900 * rng.random() * 0.8 - 60, rng.random() * 6.3
        for k in range(11):
            t = a + rng.normal(0, 0.10)
            cx, cy = x + 62 * k * np.cos(t), y + 62 * k * np.sin(t)
            turn = t + (0.9 if k % 2 else -0.9)
            tip = np.array([np.cos(turn), np.sin(turn)])
            side = np.array([-tip[1], tip[0]])
            leaf = np.array(
                [
                    (cx, cy) + tip * 118 * s + side * 30 * np.sin(np.pi * s) * q
                    for s, q in [*((s, 1) for s in np.linspace(0, 1, 8)), *((s, -1) for s in np.linspace(1, 0, 8))]
                ]
            )
            patch = canvas.raster([leaf * (canvas.width / 1200, canvas.height / 900)], 5 * canvas.scale)
            if patch is not None:
                area = (patch.rows, patch.columns)
                alpha[area] = np.maximum(alpha[area], patch.alpha)
    canvas.shade(Patch(slice(0, canvas.height), slice(0, canvas.width), alpha), 0.5, (0.25, 0.2, 0.26))


def lamplight(canvas: Canvas, word: str) -> None:
    """A warm pool of light over a darkened desk."""
    yy, xx = np.mgrid[0 : canvas.height, 0 : canvas.width]
    away = np.hypot(xx / canvas.width - 0.42, (yy / canvas.height - 0.36) * 0.8)
    pool = np.exp(-((away / 0.52) ** 2))[..., None]
    warm = np.asarray(mix(colour(word, "warm"), (1, 1, 1), 0.25))
    canvas.rgb *= (0.34 * np.asarray((0.85, 0.9, 1.15)) + 0.95 * pool * warm).astype(np.float32)
