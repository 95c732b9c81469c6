"""Things on a table, each 100 high or across."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Shape, arc, box, curve, ellipse, line, polygon
from examples.drawn_scenes.scenes import Thing


def _standing_shadow(pen: Pen, wide: float, reach: float = 30) -> None:
    side = -1 if pen.canvas.light.direction[0] > 0 else 1
    pen.shadow(ellipse(side * reach, 3, wide + reach * 0.6, 11), 0.45, 9)
    pen.shadow(ellipse(side * 4, 1, wide, 6), 0.55, 3.5)


def teapot(pen: Pen, thing: Thing) -> None:
    body = colour(thing.get("colour"), "red")
    metal = colour(thing.get("handle"), "golden")
    _standing_shadow(pen, 52, 46)
    gloss = 0.35 if thing.get("finish") != "glossy" else 1.0
    pen.solid(arc([(-42, 62), (-84, 72), (-88, 38), (-48, 22)], 9, 8), metal, round=4, gloss=0.9)
    pen.solid(
        curve((42, 26), (66, 34), (76, 58), (92, 76), (84, 82), (66, 70), (52, 56), (40, 54)),
        body,
        round=9,
        gloss=gloss,
    )
    pen.flat(ellipse(88, 79, 5.5, 2.2, -38), scaled(body, 0.3))
    pen.solid(
        curve((-34, 2), (34, 2), (56, 30), (50, 62), (24, 80), (-24, 80), (-50, 62), (-56, 30)),
        body,
        round=46,
        gloss=gloss,
        grain=0.04,
    )
    pen.solid(ellipse(0, 79, 28, 6), scaled(body, 0.9), round=6, gloss=gloss)
    pen.solid(curve((-25, 80), (-16, 91), (0, 94), (16, 91), (25, 80), (0, 76)), body, round=12, gloss=gloss)
    pen.solid(ellipse(0, 98, 6.5, 6), metal, round=6, gloss=0.9)
    pen.solid(curve((-34, 0), (34, 0), (30, 6), (-30, 6)), scaled(body, 0.6), round=3)
    pen.flat(
        curve((-36, 40), (-31, 58), (-20, 67), (-25, 56), (-31, 40)), (1.0, 1.0, 1.0), 0.55 * gloss, 1.2, owns=False
    )
    pen.flat(curve((-38, 28), (-37, 34), (-34, 34), (-35, 27)), (1.0, 1.0, 1.0), 0.4 * gloss, 1.0, owns=False)


def steam(pen: Pen) -> None:
    """Steam from the spout."""
    for k, (x, y) in enumerate(((88, 90), (94, 112), (86, 136), (98, 160), (90, 188))):
        for dx in (-3, 4):
            pen.flat(
                ellipse(x + dx * (1 + k * 0.8), y, 7 + 4.5 * k, 13 + 3.5 * k),
                (1.0, 0.99, 0.96),
                0.4 - 0.05 * k,
                7 + k,
                owns=False,
            )


def cup(pen: Pen, thing: Thing) -> None:
    body = colour(thing.get("colour"), "white")
    _standing_shadow(pen, 60, 40)
    pen.solid(ellipse(0, 8, 78, 13), body, round=8, gloss=0.4)
    pen.shadow(ellipse(10, 12, 40, 6), 0.35, 5)
    pen.solid(arc([(42, 74), (74, 78), (70, 44), (34, 36)], 9), body, round=4, gloss=0.5)
    pen.solid(
        curve((-26, 10), (26, 10), (44, 46), (50, 92), (-50, 92), (-44, 46), closed=True),
        body,
        round=34,
        gloss=0.5,
        grain=0.03,
    )
    pen.solid(ellipse(0, 91, 50, 11), mix(body, (1, 1, 1), 0.3), round=3)
    pen.flat(ellipse(0, 89, 44, 8), rgb("7c4420"))
    pen.flat(ellipse(-8, 87.5, 26, 3.5), rgb("a8662f"), 0.7, 1.5)


def fruit(pen: Pen, base: Colour, blush: Colour, outline: Shape, top: tuple[float, float], stem: bool = True) -> None:
    """A round fruit: two colours, freckles, a stem with its leaf."""
    side = -1 if pen.canvas.light.direction[0] > 0 else 1
    pen.shadow([p * (1.0, 0.28) + (side * 18, 2) for p in outline], 0.5, 9)
    pen.shadow([p * (0.8, 0.16) + (side * 4, 0) for p in outline], 0.55, 4)
    pen.solid(outline, base, round=46, gloss=0.5, grain=0.14, grain_px=5)
    blot = pen.cut(pen.patch(ellipse(top[0] + side * 16, top[1] - 34, 34, 44), 9), outline)
    pen.canvas.blend(blot, np.asarray(scaled(blush, 0.9)), 0.45)
    if stem:
        x, y = top
        pen.dark(ellipse(x, y - 3, 15, 6), 0.6, 3, outline)
        pen.solid(line([(x, y - 5), (x + 3, y + 8), (x + 8, y + 17)], 4.5, 3.2), rgb("5d4027"), round=2)
        pen.solid(
            curve((x + 5, y + 9), (x + 22, y + 22), (x + 42, y + 17), (x + 26, y + 6)),
            rgb("5f8c3c"),
            round=6,
            grain=0.3,
        )


def apple(pen: Pen, thing: Thing) -> None:
    outline = curve((0, 0), (28, 3), (50, 34), (49, 70), (26, 92), (0, 84), (-26, 92), (-49, 70), (-50, 34), (-28, 3))
    base = colour(thing.get("colour"), "red")
    fruit(pen, base, mix(base, rgb("f0c050"), 0.7), outline, (0, 85))


def pear(pen: Pen, thing: Thing) -> None:
    outline = curve(
        (0, 0),
        (32, 4),
        (48, 34),
        (38, 66),
        (21, 88),
        (16, 108),
        (0, 116),
        (-16, 108),
        (-21, 88),
        (-38, 66),
        (-48, 34),
        (-32, 4),
    )
    base = mix(colour(thing.get("colour"), "green"), rgb("d9d060"), 0.45)
    fruit(pen, base, mix(base, rgb("e8d060"), 0.6), outline, (0, 114))


def orange(pen: Pen, thing: Thing) -> None:
    fruit(pen, rgb("ee8a1f"), rgb("ffb640"), ellipse(0, 46, 48, 46), (0, 90), stem=False)
    for _ in range(60):
        a, r = pen.rng.random() * 6.3, 43 * np.sqrt(pen.rng.random())
        pen.flat(ellipse(r * np.cos(a), 46 + r * np.sin(a), 1.1), rgb("c96a12"), 0.55)
    pen.solid(curve((-5, 80), (3, 77), (7, 83), (0, 88)), rgb("56772f"), round=3)


def lemon(pen: Pen, thing: Thing) -> None:
    outline = curve((-58, 34), (-40, 64), (0, 78), (42, 62), (60, 40), (52, 28), (34, 8), (0, 0), (-38, 8))
    base = colour(thing.get("colour"), "yellow")
    fruit(pen, base, mix(base, rgb("fff2a0"), 0.6), outline, (-10, 74), stem=False)
    for _ in range(50):
        a, r = pen.rng.random() * 6.3, np.sqrt(pen.rng.random())
        pen.flat(ellipse(44 * r * np.cos(a), 39 + 32 * r * np.sin(a), 1.2), scaled(base, 0.78), 0.5)


def strawberry(pen: Pen, thing: Thing) -> None:
    outline = curve((0, 0), (24, 16), (44, 52), (38, 80), (0, 88), (-38, 80), (-44, 52), (-24, 16))
    fruit(pen, rgb("cf2b33"), rgb("f0584a"), outline, (0, 80), stem=False)
    for k in range(5):
        for j in range(3 + (k > 0) + (k > 2)):
            x, y = (j - (2 + (k > 0) + (k > 2)) / 2) * 17, 18 + 14 * k
            pen.flat(ellipse(x, y, 1.9, 2.9), rgb("f3d27a"))
    for turn in range(6):
        a = np.radians(turn * 60 + 10)
        x, y = 32 * np.cos(a), 84 + 15 * np.sin(a)
        pen.solid(
            curve((0, 84), (x * 0.5 + 7 * np.sin(a), y + 3), (x, y), (x * 0.5 - 7 * np.sin(a), y - 6)),
            rgb("4f8038"),
            round=3,
        )


def knife(pen: Pen, thing: Thing) -> None:
    pen.shadow(box(-98, -9, 98, 3, 5), 0.5, 4)
    pen.solid(
        curve((-2, -7), (70, -7), (98, 3), (92, 8), (-2, 8)),
        colour(thing.get("colour"), "silver"),
        round=3,
        gloss=0.9,
        grain=0.03,
    )
    pen.flat(polygon((0, 1), (92, 3), (90, 5), (0, 5)), (1.0, 1.0, 1.0), 0.5, 0.6)
    pen.solid(box(-98, -8, 0, 8, 5), rgb("6b4128"), round=6, grain=0.4, grain_px=4)
    for x in (-78, -48, -18):
        pen.solid(ellipse(x, 0, 3), rgb("c9a86a"), round=2, gloss=0.6)
