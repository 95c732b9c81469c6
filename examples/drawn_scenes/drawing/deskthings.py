"""What lies on a desk, seen from above, each about 100 across."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Shape, arc, box, curve, ellipse, line, polygon
from examples.drawn_scenes.drawing.shorethings import dropped
from examples.drawn_scenes.scenes import Thing


def camera(pen: Pen, thing: Thing) -> None:
    body = colour(thing.get("colour"), "black")
    outline = box(-58, -36, 58, 36, 9)
    dropped(pen, outline, 0.65)
    pen.solid(box(-22, 28, 22, 46, 5), rgb("b9bcc0"), round=5, gloss=0.5)
    pen.solid(outline, rgb("c4c6c9") if thing.get("finish") == "old" else body, round=6, gloss=0.4, grain=0.05)
    pen.solid(box(-58, -26, 58, 22), body, round=3, grain=0.8, grain_px=2)
    for x, r in ((-44, 7), (42, 8), (26, 5)):
        pen.solid(ellipse(x, 34, r, r * 0.7), rgb("dadcdf"), round=3, gloss=0.8)
    for r, tone in (
        (31, rgb("2a2b2f")),
        (26, rgb("8b8e93")),
        (23, rgb("1c1d21")),
        (17, rgb("2f3d5c")),
        (11, rgb("101421")),
    ):
        pen.solid(ellipse(2, -3, r), tone, round=5, gloss=0.5, grain=0.03)
    pen.flat(ellipse(-6, 5, 7, 4, 35), (0.75, 0.85, 1.0), 0.75, 1)
    pen.flat(ellipse(8, -11, 3, 2, 35), (0.9, 0.7, 0.9), 0.5, 0.8)
    pen.solid(box(34, 6, 52, 16, 2), rgb("22252b"), round=2, gloss=0.8)


def pencil(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "yellow")
    dropped(pen, box(-95, -5, 95, 5), 0.45)
    pen.solid(box(-84, -5, 68, 5), base, round=5, gloss=0.3, grain=0.04)
    pen.flat(box(-84, -1.6, 68, 1.6), mix(base, (1.0, 1.0, 1.0), 0.35), 0.5)
    pen.solid(polygon((68, -5), (68, 5), (92, 0.8), (92, -0.8)), rgb("e3bf8c"), round=4, grain=0.25)
    pen.flat(polygon((84, -2.2), (84, 2.2), (95, 0)), rgb("2f2c2e"))
    pen.solid(box(-92, -5.2, -82, 5.2), rgb("bfc2c6"), round=3, gloss=0.8)
    pen.solid(box(-102, -5, -91, 5, 4), rgb("d88a8d"), round=4)


def notebook(pen: Pen, thing: Thing) -> None:
    """An open notebook with handwriting nobody can read."""
    paper = colour(thing.get("colour"), "cream")
    dropped(pen, box(-82, -56, 82, 56, 3), 0.7)
    pen.solid(box(-83, -57, 83, 57, 4), rgb("5a3328"), round=4)
    for side in (-1, 1):
        page = polygon((0, -52), (20 * side, -54.5), (79 * side, -53), (79 * side, 53), (20 * side, 54.5), (0, 52))
        pen.solid(page, paper, round=3, grain=0.06, relief=0.5)
        pen.dark(box(-9, -54, 9, 54), 0.35, 5, page)
        for k in range(11):
            _writing(pen, 11 * side if side > 0 else -70, 42 - 8.2 * k, 58 if (k + side) % 4 else 34)
    pen.solid(polygon((3, 54), (9, 54), (9, -62), (6, -56), (3, -62)), rgb("b23a35"), round=2)


def _writing(pen: Pen, x: float, y: float, wide: float) -> None:
    xs = np.arange(0, wide, 2.4)
    wave = y + pen.rng.normal(0, 1.1, len(xs))
    points = [(float(x + dx), float(v)) for dx, v in zip(xs, wave, strict=True)]
    pen.flat(line(points, 0.8), rgb("3a4468"), 0.75)


def coffee(pen: Pen, thing: Thing) -> None:
    """A cup of coffee on its saucer."""
    cup = colour(thing.get("colour"), "white")
    dropped(pen, ellipse(0, 0, 62), 0.65)
    pen.solid(ellipse(0, 0, 62), cup, round=10, gloss=0.3)
    pen.solid(ellipse(0, 0, 46), scaled(cup, 0.94), round=4)
    dropped(pen, ellipse(0, 0, 40), 0.5)
    pen.solid(arc([(34, 14), (64, 22), (66, -2), (38, -8)], 9), cup, round=4, gloss=0.5)
    pen.solid(ellipse(0, 0, 40), cup, round=5, gloss=0.4)
    pen.solid(ellipse(0, 0, 35), rgb("53301c"), round=4, relief=-0.5)
    pen.flat(ellipse(0, 0, 31), rgb("8a5329"), 0.75, 3)
    for k, r in enumerate((20, 14, 8)):
        heart = curve((0, -r), (r, r * 0.3), (r * 0.55, r), (0, r * 0.55), (-r * 0.55, r), (-r, r * 0.3))
        pen.flat(heart, rgb("f3ddb8") if k % 2 == 0 else rgb("8a5329"), 0.9, 0.6)
    if thing.get("size") == "hot":
        for dx in (-14, 4, 20):
            pen.flat(
                arc([(dx, 4), (dx + 9, 26), (dx - 3, 46), (dx + 8, 68)], 13, 7), (1.0, 1.0, 1.0), 0.2, 6, owns=False
            )


def glasses(pen: Pen, thing: Thing) -> None:
    frame = colour(thing.get("colour"), "brown")
    round_ = thing.get("size") != "square"
    for side in (-1, 1):
        outer: Shape = ellipse(34 * side, 0, 27) if round_ else box(34 * side - 27, -20, 34 * side + 27, 20, 6)
        dropped(pen, outer, 0.22)
        pen.flat(outer, (0.92, 0.96, 1.0), 0.2)
        for t in np.linspace(0, 2 * np.pi, 40, endpoint=False):
            x, y = 34 * side + 26 * np.cos(t), 26 * np.sin(t) if round_ else 19 * np.sin(t)
            pen.solid(ellipse(float(x), float(y), 3), frame, round=2.5, grain=0.3)
        pen.flat(ellipse(34 * side - 8, 10, 10, 4, 40), (1.0, 1.0, 1.0), 0.5, 1.4)
        temple = arc([(58 * side, 8), (66 * side, 34), (46 * side, 54), (8 * side, 58)], 4.5, 3)
        dropped(pen, temple, 0.3)
        pen.solid(temple, frame, round=2, grain=0.3)
    pen.solid(arc([(-9, 5), (0, 10), (9, 5)], 5), frame, round=2)


def plant(pen: Pen, thing: Thing) -> None:
    """A potted plant reaching into the picture."""
    base = colour(thing.get("colour"), "green")
    dropped(pen, ellipse(0, 0, 38), 0.7)
    pen.solid(ellipse(0, 0, 38), rgb("b9683f"), round=6, grain=0.2)
    pen.solid(ellipse(0, 0, 31), rgb("3d2a20"), round=3, grain=0.8, grain_px=3)
    rng = pen.rng
    for ring, (count, long) in enumerate(((11, 92), (9, 70), (6, 46))):
        for k in range(count):
            turn = 360 * k / count + 20 * ring + rng.normal(0, 6)
            _leaf(
                pen,
                float(turn),
                float(long * (0.85 + 0.3 * rng.random())),
                scaled(mix(base, rgb("a9c45a"), 0.15 * ring), 0.72 + 0.2 * ring),
            )


def _leaf(pen: Pen, turn: float, long: float, tone: tuple[float, float, float]) -> None:
    a = np.radians(turn)
    c, s = np.cos(a), np.sin(a)
    rot = np.array([[c, s], [-s, c]])
    leaf = [p @ rot for p in curve((8, 0), (long * 0.45, long * 0.17), (long, 0), (long * 0.45, -long * 0.17))]
    dropped(pen, leaf, 0.35)
    pen.solid(leaf, tone, round=9, grain=0.3, gloss=0.3)
    pen.flat([p @ rot for p in line([(8, 0), (long * 0.95, 0)], 2, 0.8)], mix(tone, (1.0, 1.0, 0.8), 0.4), 0.8)
