"""Buildings and fields that a landscape is remembered by."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.backdrops import leafy_tree, pine
from examples.drawn_scenes.drawing.canvas import Canvas, Patch, Pen
from examples.drawn_scenes.drawing.grounds import Plane, ramp
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.noise import clouds
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Shape, box, curve, ellipse, line, polygon, turned
from examples.drawn_scenes.scenes import Thing


def lavender(canvas: Canvas, top: float, word: str, rows: bool) -> None:
    """A flowering field, in rows that meet at the horizon."""
    plane = Plane(canvas, top)
    rough, fine = plane.texture(4, 0.8, 1.2), plane.texture(1.1, 0.5, 0.7, 3)
    row = np.abs(((plane.u + 18) / 66) % 1 - 0.5) * 2 if rows else np.clip(rough * 0.9, 0, 1)
    bush = np.clip((0.78 - row + 0.5 * (rough - 0.5)) / 0.3, 0, 1)
    base = colour(word, "purple")
    flower = ramp(
        np.clip(0.2 + 0.75 * fine * (1.25 - row), 0, 1), scaled(base, 0.38), base, mix(base, rgb("e9c6ef"), 0.6)
    )
    soil = ramp(rough, rgb("5d5538"), rgb("8b7b50"), rgb("a89a62"))
    plane.paint(plane.lit(flower * bush[..., None] + soil * (1 - bush[..., None])), edge=6)


def farmhouse(pen: Pen, thing: Thing) -> None:
    """A stone house with a low tiled roof, 100 high at its ridge."""
    wall, roof = rgb("d9c3a0"), colour(thing.get("roof"), "red")
    pen.shadow(box(-80, -6, 110, 6), 0.45, 6)
    for x0, x1, high in ((20, 95, 44), (-75, 30, 62)):
        pen.solid(box(x0, 0, x1, high), wall, round=4, grain=0.4, grain_px=5)
        pen.solid(
            polygon((x0 - 6, high - 2), (x1 + 6, high - 2), (x1 - 10, high + 30), (x0 + 10, high + 30)),
            scaled(roof, 0.95),
            round=4,
            grain=0.5,
            grain_px=3,
        )
    for x, y in ((-58, 34), (-30, 34), (0, 34), (-58, 8), (0, 8), (45, 16), (70, 16)):
        pen.flat(box(x - 1.5, y - 1.5, x + 13.5, y + 19.5), rgb("7b8e9c"))
        pen.flat(box(x, y, x + 12, y + 18), rgb("2d2a2a"), 0.85)
    pen.solid(box(-34, 0, -18, 27, 3), rgb("6b4630"), round=2, grain=0.4)
    pen.solid(box(-8, 80, 4, 104), scaled(wall, 0.9), round=3, grain=0.4)


def cottage(pen: Pen, thing: Thing) -> None:
    """A wooden cottage with snow on its roof and light in its windows."""
    base = colour(thing.get("colour"), "red")
    pen.shadow(box(-62, -5, 70, 6), 0.4, 6)
    pen.solid(box(30, 70, 42, 108), rgb("83594a"), round=3, grain=0.4)
    pen.solid(polygon((-55, 0), (55, 0), (55, 52), (0, 96), (-55, 52)), base, round=5, grain=0.25, grain_px=5)
    for y in range(8, 52, 7):
        pen.flat(box(-54, y, 54, y + 0.8), scaled(base, 0.6), 0.6)
    pen.solid(
        curve((-68, 44), (-66, 54), (-2, 106), (4, 106), (66, 54), (68, 44), (56, 46), (0, 90), (-56, 46)),
        rgb("f4f6fb"),
        round=6,
        grain=0.04,
    )
    for x in (-40, 20):
        pen.flat(box(x - 3, 19, x + 23, 45), rgb("f3efe6"))
        pen.flat(box(x, 22, x + 20, 42), rgb("ffd27a"))
        pen.flat(box(x + 9.3, 22, x + 10.7, 42), rgb("f3efe6"))
        pen.glow(x + 10, 32, 24, (1.0, 0.75, 0.35), 0.4)
    pen.solid(box(-11, 0, 11, 38, 2), rgb("5a3b2c"), round=2, grain=0.4)


def windmill(pen: Pen, thing: Thing) -> None:
    body = colour(thing.get("colour"), "white")
    pen.shadow(ellipse(4, 0, 24, 4), 0.35, 5)
    pen.solid(polygon((-17, 0), (17, 0), (10, 58), (-10, 58)), body, round=12, grain=0.2)
    pen.solid(curve((-13, 57), (13, 57), (9, 70), (0, 75), (-9, 70)), rgb("7a4b3a"), round=8, grain=0.3)
    pen.flat(box(-3.5, 0, 3.5, 13, 3), rgb("54392b"))
    pen.flat(box(-2.5, 30, 2.5, 38, 1), rgb("39404a"))
    for k in range(4):
        sail: Shape = box(-0.8, 0, 0.8, 48) + box(0.8, 12, 8.5, 47)
        for part, tone in ((sail[1], rgb("efe6d2")), (sail[0], rgb("5e4433"))):
            pen.solid([p + np.array([0, 63]) for p in turned([part], 22 + 90 * k)], tone, round=1.5, grain=0.15)
    pen.solid(ellipse(0, 63, 3), rgb("5e4433"), round=3)


def lighthouse(pen: Pen, thing: Thing) -> None:
    """A tower, 100 high, its lamp lit."""
    body, stripe = colour(thing.get("colour"), "white"), thing.get("stripes")
    tower = polygon((-10, 0), (10, 0), (6.5, 78), (-6.5, 78))
    pen.solid(tower, body, round=9, grain=0.15)
    if stripe:
        for y in (8, 36, 64):
            pen.solid(box(-12, y, 12, y + 14), colour(stripe), round=9, grain=0.15, within=tower, relief=0.2)
            pen.dark(box(0, y, 14, y + 14), 0.35, 5, tower)
    pen.solid(box(-9.5, 77, 9.5, 80.5, 1), rgb("33343a"), round=2)
    pen.flat(box(-5, 80, 5, 90), rgb("ffe9a6"))
    for x in (-5, -1.7, 1.7, 5):
        pen.flat(box(x - 0.4, 80, x + 0.4, 90), rgb("33343a"))
    pen.solid(curve((-7, 89), (7, 89), (4, 95), (0, 99), (-4, 95)), colour(stripe or "red"), round=4)
    for y, x in ((20, 0), (48, 0)):
        pen.flat(box(x - 1.8, y, x + 1.8, y + 6, 1.5), rgb("39404a"))


def beam(pen: Pen) -> None:
    """The lamp's light in the air."""
    for end in (-420, 420):
        pen.canvas.blend(pen.patch(polygon((0, 87), (end, 128), (end, 62)), 9), (1.0, 0.93, 0.7), 0.16, owns=False)
    pen.glow(0, 86, 9, (1.0, 0.92, 0.6), 0.95)
    pen.glow(0, 86, 34, (1.0, 0.85, 0.5), 0.5)


def cliff(
    canvas: Canvas, left: float, right: float, top: float, bottom: float, words: tuple[str, ...], flip: bool
) -> None:
    """A headland falling to the water; its high side is on the right unless flipped."""
    x = np.linspace(0, 1, 40)
    rough = clouds(canvas.rng, 2, 40, 5, 4)[0] - 0.5
    height = (bottom - top) * np.clip(x * 3.2, 0, 1) ** 0.55 * (1 + 0.10 * rough)
    xs = left + (right - left) * (1 - x if flip else x)
    foot = bottom + 26 * (clouds(canvas.rng, 2, 40, 6, 4)[0] - 0.5)
    points = [(canvas.x(a), canvas.y(bottom - h)) for a, h in zip(xs, height, strict=True)]
    points += [(canvas.x(a), canvas.y(f)) for a, f in zip(xs[::-1], foot[::-1], strict=True)]
    patch = canvas.raster([np.array(points)])
    if patch is None:
        return
    h, w = patch.alpha.shape
    strata = clouds(canvas.rng, h, w, 70 * canvas.scale, 6, stretch=2.6, gain=0.62)
    cracks = clouds(canvas.rng, h, w, 60 * canvas.scale, 6, stretch=0.35, gain=0.62)
    tone = ramp(np.clip(0.5 * strata + 0.5 * cracks, 0, 1), rgb("453b36"), rgb("95836f"), rgb("dcc7a8"))
    canvas.solid(patch, tone.astype(np.float32), round_px=60 * canvas.scale, grain=0.2)
    _surf(canvas, points)
    turf = Patch(
        patch.rows,
        patch.columns,
        patch.alpha * np.clip((0.10 + 0.10 * strata - np.cumsum(patch.alpha, axis=0) / h) / 0.03, 0, 1),
    )
    canvas.solid(turf, rgb("6d7f45"), round_px=10 * canvas.scale, grain=0.7, grain_px=4)


def _surf(canvas: Canvas, points: list[tuple[float, float]]) -> None:
    """Spray where a cliff meets the sea."""
    feet = points[len(points) // 2 :]
    for _ in range(260):
        x, y = feet[int(canvas.rng.integers(len(feet)))]
        x, y = x + canvas.rng.normal(0, canvas.x(14)), y + canvas.rng.normal(0, canvas.y(4))
        canvas.glow(
            x, y, (2.5 + 6 * canvas.rng.random()) * canvas.scale, (0.72, 0.77, 0.86), 0.12 + 0.25 * canvas.rng.random()
        )


def big_tree(pen: Pen, thing: Thing) -> None:
    leafy_tree(pen, colour(thing.get("colour"), "green"), 1500)


def single_pine(pen: Pen, thing: Thing) -> None:
    pen.shadow(ellipse(5, 1, 26, 4), 0.4, 4)
    pine(pen, rgb("24403a") if thing.get("colour") == "dark" else rgb("39603f"), thing.get("material") == "snowy")


def lamp(pen: Pen, thing: Thing) -> None:
    """A street lamp, lit when it is dark."""
    if pen.canvas.light.dark > 0.2:
        x, y = pen.origin
        canvas = pen.canvas
        canvas.warm(x * 1200 / canvas.width, y * 900 / canvas.height - 0.85 * pen.size, 330, (1.0, 0.78, 0.45), 0.9)
    pen.shadow(ellipse(3, 0, 9, 1.5), 0.4, 2)
    pen.solid(polygon((-3.4, 0), (3.4, 0), (1.6, 8), (1.1, 80), (-1.1, 80), (-1.6, 8)), rgb("26292e"), round=1.2)
    pen.solid(line([(0, 80), (0, 84)], 2.4), rgb("26292e"), round=1)
    lit = pen.canvas.light.dark > 0.2
    pen.flat(polygon((-3.4, 84), (3.4, 84), (5, 95), (-5, 95)), rgb("ffe7a8") if lit else rgb("d8dcd9"))
    pen.solid(polygon((-6, 95), (6, 95), (2, 100), (-2, 100)), rgb("26292e"), round=2)
    if lit:
        pen.glow(0, 90, 8, (1.0, 0.88, 0.55), 0.9)
        pen.glow(0, 90, 30, (1.0, 0.72, 0.35), 0.5)


def wind_lines(canvas: Canvas) -> None:
    """Seeds and petals carried by the wind."""
    for _ in range(46):
        x, y = canvas.rng.random() * 1200, 300 + canvas.rng.random() * 560
        pen = Pen(canvas, x, y, 100, turn=float(canvas.rng.normal(8, 20)))
        pen.flat(ellipse(0, 0, 2.2 + 2.5 * canvas.rng.random(), 1.1), (1.0, 0.99, 0.93), 0.75, 0.4, owns=False)
