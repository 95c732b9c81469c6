"""Things that travel: van, boat, balloon, sled, kite. 100 = their height."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Point, arc, box, curve, ellipse, limb, line, polygon
from examples.drawn_scenes.scenes import Thing


def van(pen: Pen, thing: Thing) -> None:
    """A camper van from its side, facing right."""
    base, roof = colour(thing.get("colour"), "turquoise"), colour(thing.get("roof"), "white")
    old = thing.get("finish") == "old"
    pen.shadow(ellipse(6, 4, 112, 10), 0.6, 7)
    pen.shadow(box(-92, 2, 92, 14), 0.65, 4)
    body = curve(
        (-98, 16),
        (-101, 40),
        (-97, 74),
        (-86, 94),
        (-60, 100),
        (50, 100),
        (74, 94),
        (92, 66),
        (100, 46),
        (101, 18),
        (90, 12),
        (-90, 12),
        steps=6,
    )
    pen.solid(body, base, round=13, gloss=0.7, grain=0.05)
    top = curve(
        (-94, 60),
        (-97, 74),
        (-86, 94),
        (-60, 100),
        (50, 100),
        (74, 94),
        (92, 66),
        (94, 60),
        (60, 58),
        (0, 57),
        (-60, 58),
        steps=6,
    )
    pen.solid(top, roof, round=13, gloss=0.5, grain=0.05)
    pen.flat(box(-97, 55.5, 96, 58.5), rgb("c9ccce"))
    glass = mix(rgb("33424f"), pen.canvas.light.sky[1], 0.45)
    for x0, x1 in ((-86, -52), (-47, -13), (-8, 26)):
        pen.solid(box(x0 - 2, 62, x1 + 2, 90, 7), scaled(roof, 0.8), round=2)
        pen.solid(box(x0, 64, x1, 88, 6), glass, round=3, gloss=0.4)
        pen.flat(
            polygon((x0 + 4, 66), (x0 + 12, 66), (x0 + 22, 86), (x0 + 14, 86)), (1.0, 1.0, 1.0), 0.22, 0.5, owns=False
        )
    pen.solid(curve((32, 63), (33, 88), (58, 88), (72, 82), (84, 63), steps=5), glass, round=3, gloss=0.4)
    for x in (-50, -10, 29):
        pen.flat(box(x - 0.5, 17, x + 0.5, 60), scaled(base, 0.62), 0.8)
    pen.solid(box(14, 45, 24, 48, 1.5), rgb("d6d8da"), round=1.5, gloss=0.8)
    if old:
        for x, y, r in ((-80, 22, 9), (60, 20, 7), (-20, 17, 6), (88, 34, 4)):
            pen.canvas.blend(pen.cut(pen.patch(ellipse(x, y, r, r * 0.6), 2.5), body), np.array(rgb("8b4f2c")), 0.6)
    pen.solid(box(-104, 11, 104, 18, 3), rgb("cfd2d4"), round=3, gloss=0.8)
    pen.solid(ellipse(94, 42, 5, 7.5), rgb("fff2c8"), round=4, gloss=0.8)
    pen.solid(box(-101, 34, -97, 46, 2), rgb("c43d31"), round=2, gloss=0.5)
    for x in (-62, 60):
        pen.flat(ellipse(x, 16, 22, 21), scaled(base, 0.35))
        pen.solid(ellipse(x, 13, 18.5), rgb("29292c"), round=6, grain=0.3)
        pen.solid(ellipse(x, 13, 10.5), rgb("d9dbdd"), round=5, gloss=0.8)
        pen.solid(ellipse(x, 13, 5), base, round=4, gloss=0.6)


def surfboard(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "yellow")
    pen.shadow(ellipse(10, 2, 26, 4), 0.5, 3)
    board = curve((-5, 0), (5, 0), (13, 30), (11, 72), (0, 100), (-11, 72), (-13, 30))
    pen.solid(board, base, round=10, gloss=0.6, grain=0.04)
    pen.solid(box(-1.1, 2, 1.1, 96), rgb("fbf6e6"), round=1, within=board)
    pen.solid(box(-16, 26, 16, 32), rgb("d8503c"), round=2, within=board, relief=0.2)
    pen.solid(box(-16, 35, 16, 38), rgb("fbf6e6"), round=2, within=board, relief=0.2)


def balloon(pen: Pen, thing: Thing) -> None:
    """A hot-air balloon, its basket's floor at 0."""
    base, stripe = colour(thing.get("colour"), "red"), thing.get("stripes")
    hull = curve(
        (-7, 22),
        (7, 22),
        (23, 42),
        (32, 62),
        (30, 82),
        (17, 96),
        (0, 100),
        (-17, 96),
        (-30, 82),
        (-32, 62),
        (-23, 42),
        steps=10,
    )
    for side in (-1, 1):
        pen.flat(line([(5.5 * side, 9), (7 * side, 22)], 0.5), rgb("4a3a2c"), 0.9)
    pen.solid(hull, base, round=31, grain=0.06, gloss=0.18)
    for k, x in enumerate((-0.72, -0.28, 0.28, 0.72)):
        if stripe:
            gore = _gore(x, 0.085 if abs(x) > 0.5 else 0.12)
            patch = pen.cut(pen.patch(gore), hull)
            pen.canvas.solid(patch, colour(stripe), round_px=1, relief=0, grain=0.1, lit=1.0)
        pen.dark(arc([(6 * x, 22), (31 * x * 0.98, 64), (16 * x, 95), (0, 100)], 0.45), 0.45 if k else 0.4, 0.3, hull)
    pen.dark(ellipse(22 if pen.canvas.light.direction[0] < 0 else -22, 48, 17, 44), 0.5, 11, hull)
    pen.dark(ellipse(0, 24, 16, 9), 0.4, 5, hull)
    pen.glow(0, 27, 6, (1.0, 0.7, 0.3), 0.55)
    pen.solid(box(-6, 0, 6, 9.5, 1.5), colour(thing.get("basket"), "brown"), round=2, grain=0.7, grain_px=2)
    pen.solid(box(-6.6, 8.4, 6.6, 10, 0.8), scaled(colour(thing.get("basket"), "brown"), 0.6), round=1)
    for x in (-2.4, 2.2):
        pen.solid(ellipse(x, 12.6, 1.5), rgb("e0b08a"), round=1.5)
        pen.solid(box(x - 1.4, 9.6, x + 1.4, 11.6, 1), rgb("3d4c66"), round=1)


def _gore(x: float, wide: float) -> list:  # type: ignore[type-arg]
    left, right = x - wide, x + wide
    return curve(
        (left * 6, 22),
        (right * 6, 22),
        (right * 25, 42),
        (right * 33, 64),
        (right * 28, 84),
        (right * 12, 97),
        (0, 100),
        (left * 12, 97),
        (left * 28, 84),
        (left * 33, 64),
        (left * 25, 42),
        steps=6,
    )


def boat(pen: Pen, thing: Thing) -> None:
    """A rowing boat, or a sailing boat when it is white."""
    base = colour(thing.get("colour"), "red")
    if thing.get("colour") == "white":
        pen.flat(box(-0.8, 18, 0.8, 100), rgb("6b4a30"))
        pen.solid(polygon((2, 24), (44, 26), (2, 98)), rgb("f6f2e8"), round=12, grain=0.05)
        pen.solid(polygon((-2, 26), (-30, 26), (-2, 88)), rgb("e7e2d6"), round=10, grain=0.05)
    pen.flat(ellipse(0, 1, 66, 5), scaled(base, 0.25), 0.5, 3, owns=False)
    pen.solid(
        curve((-62, 24), (-40, 18), (0, 16), (40, 18), (64, 26), (48, 3), (0, -1), (-46, 3)),
        base,
        round=9,
        gloss=0.3,
        grain=0.1,
    )
    pen.flat(curve((-58, 23), (-36, 19), (0, 17.5), (38, 19), (58, 24), (30, 20.5), (-30, 20.5)), rgb("5f3f28"))
    pen.solid(arc([(-62, 24), (-38, 19), (0, 17), (40, 19), (64, 26)], 3), rgb("f2e7d2"), round=1.5)
    pen.flat(arc([(-50, 8), (0, 5), (52, 8)], 2), (1.0, 1.0, 1.0), 0.6)


def sled(pen: Pen, thing: Thing) -> None:
    wood = rgb("b37a42") if thing.get("material", "wooden") == "wooden" else colour(thing.get("material"))
    pen.shadow(ellipse(4, 2, 96, 8), 0.4, 5)
    for y, tone in ((16, 0.7), (0, 0.9)):
        pen.solid(
            arc([(-84, y), (60, y), (88, y + 10), (96, y + 30), (84, y + 40)], 6), scaled(rgb("8f3028"), tone), round=2
        )
    for x in (-62, -5, 48):
        pen.solid(line([(x, 2), (x - 4, 36)], 6), scaled(wood, 0.7), round=3)
    for k in range(4):
        pen.solid(
            polygon(
                (-80 + 5 * k, 33 + 7 * k), (66 + 5 * k, 33 + 7 * k), (68 + 5 * k, 39 + 7 * k), (-78 + 5 * k, 39 + 7 * k)
            ),
            scaled(wood, 1.05 - 0.08 * k),
            round=3,
            grain=0.5,
        )


def kite(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "pink")
    pen.flat(arc([(0, -50), (-10, -80), (8, -108), (-12, -140), (4, -172)], 1.6), rgb("5a4a44"), 0.8)
    for k, (x, y) in enumerate(((-8, -76), (6, -104), (-9, -134), (4, -168))):
        tone = (rgb("efc02f"), rgb("3a9fb5"))[k % 2]
        for side in (-1, 1):
            pen.solid(polygon((x, y), (x + 13 * side, y + 8), (x + 13 * side, y - 8)), tone, round=3)
    quarters = [
        ((0, 50), (34, 12), (0, 12)),
        ((0, 50), (-34, 12), (0, 12)),
        ((34, 12), (0, -52), (0, 12)),
        ((-34, 12), (0, -52), (0, 12)),
    ]
    for k, points in enumerate(quarters):
        pen.solid(polygon(*points), base if k in (0, 3) else mix(base, (1.0, 1.0, 1.0), 0.45), round=4, grain=0.1)
    pen.flat(line([(0, 50), (0, -52)], 1.4), rgb("6d4a36"))
    pen.flat(line([(-34, 12), (34, 12)], 1.4), rgb("6d4a36"))


def kite_string(pen: Pen, start: Point, end: Point) -> None:
    sag = ((start[0] + end[0]) / 2 + 12, (start[1] + end[1]) / 2 - 26)
    pen.flat(arc([start, sag, end], 1.3), rgb("f4efe2"), 0.85, owns=False)


def umbrella(pen: Pen, thing: Thing) -> None:
    """Held at 0; its roof is 100 above."""
    base = colour(thing.get("colour"), "red")
    pen.solid(line([(0, -14), (0, 90)], 3), rgb("3a2c26"), round=1)
    pen.solid(limb((0, -14, 1.6), (4, -19, 1.8), (8, -15, 1.6)), rgb("6b4128"), round=1)
    roof = curve(
        (-88, 52), (-62, 84), (0, 104), (62, 84), (88, 52), (58, 58), (30, 50), (0, 58), (-30, 50), (-58, 58), steps=8
    )
    pen.solid(roof, base, round=34, gloss=0.35, grain=0.05)
    for x in (-58, -30, 30, 58):
        pen.dark(arc([(0, 104), (x * 0.75, 84), (x, 52)], 1.6), 0.4, 0.6, roof)
    pen.dark(polygon((0, 104), (30, 50), (58, 58), (88, 52), (62, 84)), 0.25, 3, roof)
    pen.solid(line([(0, 102), (0, 111)], 2.4, 1), rgb("3a2c26"), round=1)
