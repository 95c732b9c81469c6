"""Far things: mountains, hills, woods, houses."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from examples.drawn_scenes.drawing.canvas import Canvas, Patch, Pen
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.noise import Array, clouds, smooth
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import box, curve, ellipse, polygon


def _tone(canvas: Canvas, base: Colour, haze: float) -> Colour:
    light = canvas.light
    lit = tuple(min(b * (a + k * 0.85), 1.0) for b, a, k in zip(base, light.ambient, light.key, strict=True))
    return mix((lit[0], lit[1], lit[2]), light.haze, haze)


def _ridge(canvas: Canvas, base: float, height: float, cell: float, rough: float) -> Array:
    """The y (pixels) of a skyline for each column."""
    n = clouds(canvas.rng, 2, canvas.width, cell * canvas.scale, 7, gain=rough)[0]
    return np.asarray(canvas.y(base) - canvas.y(height) * n)


def _below(canvas: Canvas, line: Array, bottom: float) -> Patch:
    low = min(int(canvas.y(bottom)), canvas.height)
    rows = np.arange(low, dtype=np.float32)[:, None]
    return Patch(slice(0, low), slice(0, canvas.width), np.clip(rows - line[None, :] + 0.5, 0, 1).astype(np.float32))


def mountains(canvas: Canvas, horizon: float, word: str, words: tuple[str, ...]) -> None:
    far = _below(canvas, _ridge(canvas, horizon - 20, 190, 300, 0.5), horizon + 2)
    canvas.blend(far, _tone(canvas, rgb("6d7f9a"), 0.62))
    line = _peaks(canvas, horizon)
    patch = _below(canvas, line, horizon + 2)
    canvas.blend(patch, _rock(canvas, patch, line, horizon, "snowy" in words, word))


def _peaks(canvas: Canvas, horizon: float) -> Array:
    """A skyline of triangular peaks, broken up by noise."""
    rng, x = canvas.rng, np.arange(canvas.width) / canvas.width * 1200
    tops = np.zeros(canvas.width)
    for centre in np.linspace(-60, 1260, 7) + rng.normal(0, 60, 7):
        high, slope = 150 + 210 * rng.random(), 0.75 + 0.5 * rng.random()
        left, right = (centre - x) * slope, (x - centre) * (slope * (0.75 + 0.5 * rng.random()))
        tops = np.maximum(tops, high - np.maximum(left, right))
    rough = (clouds(rng, 2, canvas.width, 90 * canvas.scale, 6)[0] - 0.5) * 46
    return np.asarray(canvas.y(horizon) - np.maximum(tops + rough, 12) * canvas.height / 900)


def _rock(canvas: Canvas, patch: Patch, line: Array, horizon: float, snowy: bool, word: str) -> Array:
    rng, light = canvas.rng, canvas.light
    height, width = patch.alpha.shape
    folds = clouds(rng, height, width, 120 * canvas.scale, 6, stretch=0.7, gain=0.6)
    slope = ndimage.gaussian_filter1d(np.gradient(line), 11 * canvas.scale)[None, :] / canvas.scale
    side = -slope * np.sign(light.direction[0]) * 0.9
    gx = (
        np.gradient(ndimage.gaussian_filter(folds, 1.6 * canvas.scale), axis=1)
        * 34
        * canvas.scale
        * -np.sign(light.direction[0])
    )
    lit = np.clip(0.5 + 0.35 * np.clip(side, -1, 1) + gx, 0, 1)[..., None]
    base = colour(word, "grey") if word in ("blue", "grey") else rgb("75727c")
    warm, cold = _tone(canvas, mix(base, rgb("cbb49c"), 0.45), 0.1), _tone(canvas, scaled(base, 0.55), 0.2)
    rock = np.asarray(cold) * (1 - lit) + np.asarray(warm) * lit
    rows = np.arange(height, dtype=np.float32)[:, None]
    if snowy:
        depth = (rows - line[None, :]) / canvas.scale
        cover = np.clip((125 + 130 * (folds - 0.5) * 2 - depth) / 30, 0, 1) * np.clip(
            (0.75 - np.abs(gx) * 0.9) * 3, 0, 1
        )
        white = np.asarray(_tone(canvas, rgb("ffffff"), 0.02)) * lit + np.asarray(
            _tone(canvas, rgb("8d9cc4"), 0.15)
        ) * (1 - lit)
        rock = rock * (1 - cover[..., None]) + white * cover[..., None]
    fog = (np.clip(1 - (canvas.y(horizon) - rows) / canvas.y(170), 0, 1) ** 1.5 * 0.6)[..., None]
    return np.asarray(rock * (1 - fog) + np.asarray(light.haze) * fog).astype(np.float32)


def hills(canvas: Canvas, horizon: float, word: str, words: tuple[str, ...]) -> None:
    base = colour(word, "green")
    for k, (lift, tall, haze) in enumerate(((26, 120, 0.62), (12, 90, 0.42), (0, 55, 0.22))):
        line = _ridge(canvas, horizon - lift, tall, 520 - 90 * k, 0.28)
        patch = _below(canvas, line, horizon + 26)
        height, width = patch.alpha.shape
        wood = clouds(canvas.rng, height, width, 70 * canvas.scale, 5, stretch=2)[..., None]
        dark, pale = (
            np.asarray(_tone(canvas, scaled(base, 0.62), haze)),
            np.asarray(_tone(canvas, mix(base, rgb("d8cf8a"), 0.35), haze)),
        )
        rows = np.arange(height, dtype=np.float32)[:, None]
        top = np.clip(1 - (rows - line[None, :]) / (60 * canvas.scale), 0, 1)[..., None]
        t = np.clip(0.25 + 0.55 * wood + 0.3 * top - 0.1, 0, 1)
        canvas.blend(patch, (dark * (1 - t) + pale * t).astype(np.float32))


def pine(pen: Pen, base: Colour, snowy: bool = False) -> None:
    """One spruce, 100 high, in ragged layers."""
    rng = pen.rng
    pen.flat(polygon((-2, 0), (2, 0), (1, 30), (-1, 30)), scaled(rgb("4a3527"), 0.8))
    layers = 7
    for k in range(layers):
        low, wide = 8 + 80 * k / layers, 25 * (1 - k / layers) ** 0.85 + 2.5
        points = [(0.0, low + 24.0)]
        points += [
            (wide * s * (0.75 + 0.35 * rng.random()), low + 13 - 14 * s + 3 * rng.random()) for s in (0.35, 0.7, 1.0)
        ]
        points += [(wide * s, low - 1 + 4 * rng.random()) for s in (0.6, 0.25, -0.2, -0.6)]
        points += [
            (-wide * s * (0.75 + 0.35 * rng.random()), low + 13 - 14 * s + 3 * rng.random()) for s in (1.0, 0.7, 0.35)
        ]
        tone = scaled(base, 0.72 + 0.5 * k / layers + 0.12 * rng.random())
        pen.solid(polygon(*points), tone, round=4, grain=0.5, grain_px=4, relief=1.2)
        if snowy:
            pen.solid(
                curve(
                    (0, low + 24),
                    (wide * 0.45, low + 13),
                    (wide * 0.95, low + 1),
                    (wide * 0.3, low + 9),
                    (0, low + 8),
                    (-wide * 0.3, low + 9),
                    (-wide * 0.9, low + 2),
                    (-wide * 0.45, low + 13),
                ),
                rgb("f1f4fb"),
                round=3,
                grain=0.05,
            )


def pines(canvas: Canvas, horizon: float, word: str, words: tuple[str, ...]) -> None:
    snowy = "snowy" in words
    rng = canvas.rng
    bank = _below(canvas, _ridge(canvas, horizon + 6, 8, 160, 0.5), horizon + 26)
    canvas.blend(bank, _tone(canvas, rgb("e8edf6") if snowy else rgb("5f7048"), 0.25))
    base = {"dark": rgb("1f3330"), "green": rgb("3b5d40")}.get(word, rgb("2f4d3f"))
    for depth, (count, low, high) in enumerate(((34, 70, 125), (24, 110, 190))):
        haze = 0.42 - 0.3 * depth
        for x in np.linspace(-30, 1230, count) + rng.normal(0, 16, count):
            middle = abs(x - 600) / 600
            size = (low + (high - low) * rng.random()) * (0.72 + 0.5 * middle)
            if depth and rng.random() > 0.35 + 0.65 * middle:
                continue
            light = canvas.light
            tone = mix(base, light.haze, haze)
            pine(Pen(canvas, x, horizon + 6 + 8 * depth, size), tone, snowy)


def crown(pen: Pen, x: float, y: float, radius: float, base: Colour, leaves: int) -> None:
    """A leafy crown: lit tufts, and over them single leaves that follow the light."""
    rng, light = pen.rng, pen.canvas.light
    tufts = sorted(((rng.normal(0, 0.45), rng.normal(0, 0.36)) for _ in range(13)), key=lambda p: p[1])
    for k, (dx, dy) in enumerate(tufts):
        r = radius * (0.34 + 0.16 * rng.random())
        cx, cy = x + radius * float(np.clip(dx, -0.6, 0.6)), y + radius * float(np.clip(dy, -0.5, 0.5))
        pen.solid(
            ellipse(cx, cy, r, r * 0.9), scaled(base, 0.5 + 0.22 * k / 13), round=radius * 0.4, grain=0.5, grain_px=5
        )
    tones = np.asarray(light.ambient) + np.asarray(light.key) * 0.9
    side, up = light.vector()[0], light.vector()[1]
    dabs = []
    for _ in range(leaves):
        a, d = rng.random() * 2 * np.pi, np.sqrt(rng.random())
        dx, dy = 1.12 * d * np.cos(a), 0.95 * d * np.sin(a)
        lit = np.clip(0.5 + 0.42 * (dx * side + dy * up) + rng.normal(0, 0.17), 0, 1)
        tone = np.asarray(mix(scaled(base, 0.5), mix(base, rgb("f2e68a"), 0.42), float(lit))) * tones
        dabs.append(
            (
                _leaf(pen, x + dx * radius, y + dy * radius, radius * 0.062 * (0.7 + 0.6 * rng.random())),
                (float(tone[0]), float(tone[1]), float(tone[2])),
            )
        )
    pen.canvas.dabs(dabs, 0.92)


def _leaf(pen: Pen, x: float, y: float, r: float) -> Array:
    turn = pen.rng.random() * 2 * np.pi
    a = turn + np.array([0.0, 0.6, 1.57, 2.5, 3.14, 3.8, 4.71, 5.6])
    reach = r * np.array([1.5, 0.95, 0.7, 0.95, 1.5, 0.95, 0.7, 0.95])
    return np.asarray(pen.place([np.stack([x + reach * np.cos(a), y + reach * np.sin(a)], axis=1)])[0])


def leafy_tree(pen: Pen, base: Colour, leaves: int = 420) -> None:
    pen.shadow(ellipse(6, 1, 34, 4), 0.4, 4)
    pen.solid(
        polygon((-5, 0), (5, 0), (2.6, 22), (4, 42), (-4, 42), (-2.4, 22)),
        rgb("5d4632"),
        round=4,
        grain=0.5,
        grain_px=3,
    )
    crown(pen, 0, 66, 38, base, leaves)


def trees(canvas: Canvas, horizon: float, word: str, words: tuple[str, ...]) -> None:
    rng = canvas.rng
    base = rgb("c9762b") if word == "orange" else colour(word, "green") if word else rgb("557a3f")
    bank = _below(canvas, _ridge(canvas, horizon + 8, 9, 200, 0.5), horizon + 26)
    canvas.blend(bank, _tone(canvas, mix(rgb("6f8f45"), base, 0.3), 0.2))
    for depth, count in enumerate((15, 8)):
        for x in np.linspace(-40, 1240, count) + rng.normal(0, 26, count):
            if depth and 330 < x < 870:
                continue
            tone = mix(
                mix(base, rgb("9c3b24") if word == "orange" else rgb("7c9a3f"), 0.5 * rng.random()),
                canvas.light.haze,
                0.36 - 0.26 * depth,
            )
            leafy_tree(
                Pen(canvas, x, horizon + 8 + 12 * depth, 150 + 110 * depth + 60 * rng.random()), tone, 320 + 380 * depth
            )


def houses(canvas: Canvas, horizon: float, windows: str | None, tall: bool, number: int) -> None:
    """A row of town houses; ``windows`` lit in a colour belong to the thing ``number``."""
    rng, x = canvas.rng, -60.0
    palette = [rgb(c) for c in ("8a5d4c", "6f7480", "a3825f", "5e6a6b", "94695f", "7b7f6c")]
    while x < 1240:
        wide, high = 150 + 90 * rng.random(), (380 if tall else 230) + 110 * rng.random()
        _house(canvas, x, horizon + 4, wide, high, palette[int(rng.integers(len(palette)))], windows, number)
        x += wide - 2


def _house(
    canvas: Canvas, x: float, y: float, wide: float, high: float, base: Colour, windows: str | None, number: int
) -> None:
    rng = canvas.rng
    pen = Pen(canvas, x, y, 100)
    roof = 26 + 40 * rng.random()
    pen.solid(
        polygon((-4, high), (wide + 4, high), (wide * 0.86, high + roof), (wide * 0.14, high + roof)),
        scaled(rgb("5a4640"), 0.8),
        round=6,
        grain=0.4,
    )
    pen.solid(box(0, -2, wide, high), base, round=5, grain=0.3, grain_px=9)
    columns, rows = max(2, int(wide / 58)), max(2, int(high / 82))
    for i in range(columns):
        for j in range(rows):
            wx, wy = wide * (i + 0.5) / columns - 15, 22 + (high - 40) * j / rows
            pen.flat(box(wx - 4, wy - 4, wx + 34, wy + 52), scaled(base, 0.55), 0.55)
            lit = windows is not None and rng.random() < 0.62
            with canvas.owned_by(number if lit else canvas.current):
                _window(pen, wx, wy, colour(windows, "golden") if windows and lit else None)


def _window(pen: Pen, x: float, y: float, lit: Colour | None) -> None:
    pane = (
        scaled(mix(pen.canvas.light.sky[1], rgb("25303d"), 0.7), 0.9) if lit is None else mix(lit, rgb("fff0c4"), 0.45)
    )
    pen.flat(box(x, y, x + 30, y + 46), pane)
    pen.flat(box(x + 14, y, x + 16, y + 46), rgb("2b2622"), 0.7)
    pen.flat(box(x, y + 27, x + 30, y + 29), rgb("2b2622"), 0.7)
    if lit is not None:
        pen.glow(x + 15, y + 20, 34, lit, 0.3)


def mist(canvas: Canvas, horizon: float, strength: float) -> None:
    """Banks of mist around the horizon."""
    height, width = canvas.height, canvas.width
    n = clouds(canvas.rng, height, width, 420 * canvas.scale, 5, stretch=3.5)
    rows = np.arange(height, dtype=np.float32)[:, None] / height * 900
    band = np.exp(-(((rows - horizon - 25) / 95) ** 2))
    alpha = (band * (0.35 + 0.75 * n) * strength).astype(np.float32)
    canvas.blend(
        Patch(slice(0, height), slice(0, width), np.clip(alpha, 0, 0.92)),
        np.asarray(canvas.light.haze, dtype=np.float32),
        owns=False,
    )


def grainy(canvas: Canvas, cell: float) -> Array:
    return smooth(canvas.rng, canvas.height, canvas.width, cell * canvas.scale)
