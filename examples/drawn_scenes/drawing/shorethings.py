"""What lies on a beach, seen from above, each 100 across."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Shape, arc, curve, ellipse, limb, line, polygon
from examples.drawn_scenes.scenes import Thing


def dropped(pen: Pen, outline: Shape, strength: float = 0.5) -> None:
    c, s = np.cos(-pen.turn), np.sin(-pen.turn)
    dx, dy = 7 * c + 8 * s, 7 * s - 8 * c
    pen.shadow([p + np.array([dx, dy]) for p in outline], strength, 4)


def starfish(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "orange")
    points = []
    for k in range(5):
        a, b = np.radians(90 + 72 * k), np.radians(126 + 72 * k)
        for turn, r in ((-9, 44.0), (0, 50.0), (9, 44.0)):
            points.append((float(r * np.cos(a + np.radians(turn))), float(r * np.sin(a + np.radians(turn)))))
        points.append((float(18 * np.cos(b)), float(18 * np.sin(b))))
    outline = curve(*points, steps=6)
    dropped(pen, outline)
    pen.solid(outline, base, round=13, relief=1.1, grain=0.4, grain_px=4)
    for k in range(5):
        a = np.radians(90 + 72 * k)
        for r in np.linspace(4, 42, 8):
            pen.solid(
                ellipse(float(r * np.cos(a)), float(r * np.sin(a)), 2.4 - r / 40),
                mix(base, rgb("fff0d0"), 0.65),
                round=1.5,
            )
            for side in (-1, 1):
                x, y = (
                    r * np.cos(a) - side * (9 - r * 0.16) * np.sin(a),
                    r * np.sin(a) + side * (9 - r * 0.16) * np.cos(a),
                )
                pen.flat(ellipse(float(x), float(y), 1.1), mix(base, rgb("fff0d0"), 0.5), 0.8)


def shell(pen: Pen, thing: Thing) -> None:
    """A scallop."""
    base = mix(colour(thing.get("colour"), "white"), rgb("efc9b2"), 0.22)
    rim = [
        (float(46 * np.cos(a) * (1 + 0.03 * (-1) ** k)), float(46 * np.sin(a) * (1 + 0.03 * (-1) ** k) + 2))
        for k, a in enumerate(np.radians(np.linspace(-28, 208, 21)))
    ]
    outline = curve(*rim, (-14, -36), (-16, -46), (16, -46), (14, -36), steps=5)
    dropped(pen, outline)
    pen.solid(outline, base, round=24, grain=0.12, gloss=0.2)
    for k, a in enumerate(np.radians(np.linspace(-20, 200, 12))):
        tip = (float(44 * np.cos(a)), float(44 * np.sin(a) + 2))
        pen.dark(line([(0, -38), tip], 1.5, 4.2), 0.32 if k % 2 else 0.2, 0.8, outline)
    for r in (22, 36):
        pen.dark(
            [
                np.stack([r * 1.25 * np.cos(t), r * 1.25 * np.sin(t) - 12], axis=1)
                for t in [np.radians(np.linspace(-20, 200, 30))]
            ],
            0.06,
            1,
            outline,
        )


def pebble(pen: Pen, thing: Thing) -> None:
    rng = pen.rng
    a = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    outline = curve(
        *[
            (float(48 * np.cos(t) * (0.85 + 0.2 * rng.random())), float(36 * np.sin(t) * (0.85 + 0.2 * rng.random())))
            for t in a
        ]
    )
    dropped(pen, outline)
    base = scaled(
        mix(colour(thing.get("colour"), "grey"), rgb("b09c88"), 0.45 * rng.random()), 0.75 + 0.4 * rng.random()
    )
    pen.solid(outline, base, round=26, grain=0.4, grain_px=3, gloss=0.15)
    if rng.random() < 0.5:
        vein = arc([(-50, float(rng.normal(0, 12))), (0, float(rng.normal(0, 12))), (50, float(rng.normal(0, 12)))], 3)
        pen.canvas.blend(pen.cut(pen.patch(vein, 0.5), outline), np.array([0.93, 0.92, 0.9]), 0.55)


def crab(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "red")
    for side in (-1, 1):
        for k in range(4):
            y = 10 - 13 * k
            legs = limb((20 * side, y * 0.6, 3.6), (42 * side, y + 4, 3), (52 * side, y - 12, 1.4))
            dropped(pen, legs, 0.3)
            pen.solid(legs, scaled(base, 0.85), round=3, grain=0.2)
        pen.solid(limb((22 * side, 18, 5), (40 * side, 30, 5)), base, round=4, grain=0.2)
        claw = curve(
            (34 * side, 28),
            (30 * side, 46),
            (40 * side, 58),
            (42 * side, 44),
            (48 * side, 56),
            (54 * side, 40),
            (46 * side, 27),
        )
        dropped(pen, claw, 0.35)
        pen.solid(claw, base, round=8, grain=0.2, gloss=0.4)
    outline = curve((-32, 8), (-20, 24), (0, 28), (20, 24), (32, 8), (22, -18), (0, -25), (-22, -18))
    dropped(pen, outline)
    pen.solid(outline, base, round=22, grain=0.25, gloss=0.5)
    for side in (-1, 1):
        pen.solid(line([(9 * side, 22), (10 * side, 34)], 3), base, round=1.5)
        pen.solid(ellipse(10 * side, 35, 4), rgb("1c1a1c"), round=4, gloss=1)


def seaweed(pen: Pen, thing: Thing) -> None:
    base = mix(colour(thing.get("colour"), "green"), rgb("4a5a2a"), 0.4)
    rng = pen.rng
    for k in range(6):
        a, points = -50 + 20 * k, [(0.0, -40.0)]
        for r in (25, 50, 72, 95):
            t = np.radians(90 + a * (0.4 + r / 160) + rng.normal(0, 9))
            points.append((float(r * np.cos(t)), float(r * np.sin(t) - 40)))
        frond = arc(points, 11, 3, steps=5)
        dropped(pen, frond, 0.3)
        pen.solid(frond, scaled(base, 0.75 + 0.45 * rng.random()), round=4, grain=0.3, gloss=0.35)


def gull(pen: Pen, thing: Thing) -> None:
    """A gull on the wing."""
    base = colour(thing.get("colour"), "white")
    for side in (-1, 1):
        lift = 20 if side > 0 else 14
        pen.solid(
            curve(
                (0, 3),
                (16 * side, lift),
                (34 * side, lift + 3),
                (50 * side, lift - 10),
                (34 * side, lift - 6),
                (14 * side, 2),
            ),
            base,
            round=4,
            relief=0.8,
        )
        pen.flat(polygon((40 * side, lift - 3), (50 * side, lift - 10), (36 * side, lift - 6)), rgb("33363c"))
    pen.solid(curve((-6, -4), (-3, 5), (4, 7), (9, 3), (6, -5), (0, -9)), base, round=4)
    pen.flat(polygon((8, 4), (14, 2), (8, 1)), rgb("e5a02c"))
