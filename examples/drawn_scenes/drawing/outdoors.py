"""Animals and things out of doors. 100 = their height, or their width when they are flat."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import arc, box, curve, ellipse, limb, line, polygon
from examples.drawn_scenes.scenes import Thing


def dog(pen: Pen, thing: Thing) -> None:
    coat = colour(thing.get("colour"), "brown")
    dark = scaled(coat, 0.7)
    pen.shadow(ellipse(4, 2, 60, 7), 0.5, 5)
    for x, tone in ((-30, dark), (24, dark), (-42, coat), (36, coat)):
        pen.solid(limb((x, 40, 10), (x + 2, 18, 6), (x + 3, 5, 6)), tone, round=6, grain=0.6, grain_px=3)
    pen.solid(arc([(-48, 54), (-64, 68), (-66, 88)], 11, 6), coat, round=5, grain=0.6, grain_px=3)
    pen.solid(
        curve((-52, 50), (-40, 68), (0, 66), (36, 72), (50, 56), (44, 36), (0, 32), (-44, 34)),
        coat,
        round=20,
        grain=0.7,
        grain_px=3,
    )
    pen.solid(limb((38, 60, 15), (50, 78, 14)), coat, round=12, grain=0.6, grain_px=3)
    pen.solid(
        curve((36, 82), (44, 100), (62, 100), (74, 86), (86, 80), (84, 70), (66, 68), (46, 68)),
        coat,
        round=14,
        grain=0.5,
        grain_px=3,
    )
    pen.solid(curve((42, 98), (34, 92), (32, 72), (40, 66), (48, 84)), dark, round=6, grain=0.5, grain_px=3)
    pen.solid(ellipse(86, 79, 4.6), rgb("201c1d"), round=3, gloss=0.8)
    pen.flat(ellipse(64, 88, 3), rgb("1c1718"))
    pen.flat(ellipse(65, 89, 1), (1.0, 1.0, 1.0))
    pen.solid(limb((36, 66, 4), (52, 62, 4)), rgb("c23a2e"), round=3)


def bench(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "green")
    pen.shadow(ellipse(8, 3, 88, 9), 0.45, 7)
    for x in (-66, 66):
        pen.solid(line([(x, 0), (x, 46)], 8), rgb("2c2e31"), round=3)
        pen.solid(line([(x, 46), (x * 0.97, 98)], 6), rgb("2c2e31"), round=3)
    for y in (62, 77, 92):
        pen.solid(box(-80, y - 5, 80, y + 6, 3), base, round=4, grain=0.4, grain_px=5)
    pen.dark(box(-78, 48, 78, 58), 0.5, 4, box(-80, 44, 80, 60))
    for y in (38, 46):
        pen.solid(box(-84, y - 4, 84, y + 3, 3), mix(base, (1, 1, 1), 0.12), round=4, grain=0.4, grain_px=5)


def pigeon(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "grey")
    pen.shadow(ellipse(4, 2, 44, 6), 0.45, 4)
    for x in (-4, 8):
        pen.flat(line([(x, 24), (x + 2, 2)], 4), rgb("d0694f"))
    pen.solid(
        curve((-70, 40), (-36, 62), (6, 66), (34, 84), (44, 60), (28, 28), (-8, 20), (-44, 30)),
        base,
        round=22,
        grain=0.3,
    )
    pen.solid(curve((-66, 42), (-30, 58), (4, 52), (-4, 34), (-36, 32)), scaled(base, 0.75), round=10, grain=0.3)
    pen.solid(limb((32, 66, 13), (38, 88, 12)), scaled(mix(base, rgb("4d8a76"), 0.4), 0.85), round=10, grain=0.2)
    pen.flat(polygon((48, 90), (62, 84), (48, 83)), rgb("3a3434"))
    pen.flat(ellipse(41, 91, 3), rgb("e5812c"))
    pen.flat(ellipse(41, 91, 1.4), rgb("141414"))


def basket(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "brown")
    pen.shadow(ellipse(6, 3, 66, 8), 0.5, 5)
    pen.solid(arc([(-46, 50), (-36, 92), (0, 104), (36, 92), (46, 50)], 6), scaled(base, 0.8), round=3, grain=0.4)
    body = polygon((-46, 0), (46, 0), (58, 54), (-58, 54))
    pen.solid(body, mix(base, rgb("d8a866"), 0.5), round=14, grain=0.3)
    for k in range(6):
        for j in range(12):
            if (k + j) % 2:
                pen.dark(box(-58 + 10 * j, 1 + 9 * k, -49 + 10 * j, 8 + 9 * k, 3), 0.42, 1, body)
    pen.solid(
        curve((-58, 52), (-20, 66), (10, 58), (40, 68), (60, 52), (44, 40), (20, 48), (-10, 38), (-40, 46)),
        rgb("f3efe6"),
        round=8,
        grain=0.05,
    )
    for x in (-30, -6, 26):
        pen.solid(curve((x - 9, 50), (x, 42), (x + 9, 50)), rgb("c23a2e"), round=4)
    pen.solid(box(-60, 50, 60, 56, 3), scaled(base, 0.8), round=3, grain=0.5)


def butterfly(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "blue")
    for side in (-1, 1):
        for wing in (
            curve((0, 4), (30 * side, 48), (54 * side, 40), (42 * side, 6)),
            curve((0, 0), (40 * side, -4), (38 * side, -34), (14 * side, -32)),
        ):
            pen.solid(wing, base, round=5, grain=0.2)
            pen.flat([p * 0.6 + (12 * side, 4) for p in wing], mix(base, (1, 1, 1), 0.55), 0.7, 1)
    pen.solid(limb((0, 22, 3), (0, -26, 2)), rgb("2a2422"), round=2)


def blanket(pen: Pen, thing: Thing) -> None:
    """A blanket on the ground, seen in perspective, 100 wide."""
    base = colour(thing.get("colour"), "red")
    outline = polygon((-50, -8), (50, -8), (38, 15), (-38, 15))
    pen.shadow(polygon((-51, -9.5), (52, -9.5), (39, 15), (-39, 15)), 0.5, 1)
    pen.solid(outline, rgb("f3ece0"), round=1.5, grain=0.12, relief=0.5)
    if thing.get("pattern", "checked") != "checked":
        return
    for k in range(8):
        t, u = k / 8, (k + 0.5) / 8
        low = polygon((-50 + 100 * t, -8), (-50 + 100 * u, -8), (-38 + 76 * u, 15), (-38 + 76 * t, 15))
        pen.canvas.blend(pen.cut(pen.patch(low), outline), np.array(base), 0.5)
    for k in range(5):
        y0, y1 = -8 + 23 * (k / 5) ** 1.12, -8 + 23 * ((k + 0.5) / 5) ** 1.12
        pen.canvas.blend(pen.cut(pen.patch(box(-50, y0, 50, y1)), outline), np.array(base), 0.5)


def picnic_food(pen: Pen) -> None:
    for x, y, tone in ((-10, 0, "c8322d"), (-6.5, -0.6, "9fb548"), (9, 1.5, "efc02f")):
        pen.shadow(ellipse(x + 0.6, y, 2.2, 0.7), 0.5, 0.5)
        pen.solid(ellipse(x, y + 1.6, 1.9), rgb(tone), round=2, gloss=0.5)
    pen.solid(ellipse(2, 2, 6, 1.7), rgb("ffffff"), round=1)
    pen.solid(curve((-2, 2), (-1, 5), (5, 5), (6, 2)), rgb("d6a35c"), round=2, grain=0.4)


def snowman(pen: Pen, thing: Thing) -> None:
    white = rgb("f6f8fd")
    pen.shadow(ellipse(8, 1, 36, 5), 0.4, 4)
    for side in (-1, 1):
        pen.solid(arc([(17 * side, 50), (34 * side, 58), (46 * side, 68)], 2.4, 1.4), rgb("5d4632"), round=1)
        pen.solid(arc([(37 * side, 60), (42 * side, 58), (47 * side, 59)], 1.6, 1), rgb("5d4632"), round=1)
    for y, r in ((23, 27), (57, 20), (83, 14.5)):
        pen.solid(ellipse(0, y, r, r * 0.95), white, round=r, grain=0.06)
    for y in (48, 57, 66):
        pen.solid(ellipse(1, y, 1.8), rgb("2b2b30"), round=1.5)
    for x in (-4.5, 6):
        pen.solid(ellipse(x, 86, 1.7), rgb("222226"), round=1.5, gloss=0.7)
    for k in range(5):
        pen.flat(ellipse(-5 + 3 * k, 77 - 1.2 * (2 - abs(k - 2)), 0.9), rgb("2b2b30"))
    pen.solid(polygon((0, 83.5), (0, 80), (15, 80)), rgb("e8812c"), round=2)
    tone = colour(thing.get("scarf"), "orange")
    pen.solid(limb((-12, 70, 3.2), (0, 68, 3.4), (12, 70, 3.2)), tone, round=3, grain=0.4)
    pen.solid(limb((8, 68, 2.8), (12, 50, 3)), tone, round=3, grain=0.4)
    pen.solid(ellipse(0, 95.5, 15, 2.6), rgb("26262b"), round=2)
    pen.solid(box(-9, 96, 9, 111, 2), rgb("2d2d33"), round=3)
    pen.solid(box(-9.3, 97, 9.3, 100.5), rgb("b23a35"), round=1)


def guitar(pen: Pen, thing: Thing) -> None:
    """Across a lap: centred at its sound hole, 100 long."""
    base = mix(colour(thing.get("colour"), "brown"), rgb("c98a45"), 0.5)
    pen.solid(polygon((14, -2.5), (58, -2), (58, 2), (14, 2.5)), rgb("4a3022"), round=2)
    pen.solid(box(57, -4, 70, 4, 2), rgb("3a2519"), round=2)
    pen.solid(
        curve((18, 0), (12, 13), (0, 11), (-14, 19), (-33, 12), (-37, 0), (-33, -12), (-14, -19), (0, -11), (12, -13)),
        base,
        round=5,
        gloss=0.4,
        grain=0.25,
    )
    pen.flat(ellipse(-1, 0, 6), rgb("2a1a12"))
    pen.flat(box(-25, -6, -22, 6), rgb("3a2519"))
    for y in (-1.4, -0.4, 0.6, 1.6):
        pen.flat(line([(-23, y), (60, y * 0.8)], 0.35), rgb("efe6d0"), 0.9)


def campfire(pen: Pen, thing: Thing) -> None:
    canvas = pen.canvas
    x, y = pen.origin
    canvas.warm(
        x * 1200 / canvas.width, y * 900 / canvas.height - 60, 230, (1.0, 0.66, 0.3), 1.5 * (0.3 + canvas.light.dark)
    )
    pen.glow(0, 30, 90, (1.0, 0.6, 0.2), 0.4)
    for x in np.linspace(-52, 52, 11):
        pen.solid(
            ellipse(float(x), 3 - 7 * np.sqrt(max(1 - (x / 54) ** 2, 0)), 8, 6), rgb("6d6863"), round=6, grain=0.4
        )
    for (x0, y0), (x1, y1) in (((-40, 2), (30, 18)), ((42, 0), (-28, 20)), ((-8, -4), (6, 24))):
        pen.solid(line([(x0, y0), (x1, y1)], 13, 10), rgb("5a3a25"), round=5, grain=0.6)
    for scale, tone, strength in ((1.0, "ff6a1a", 0.85), (0.74, "ffa62b", 0.9), (0.45, "ffe59a", 0.95)):
        flame = curve(
            (-30, 8),
            (-34, 34),
            (-18, 58),
            (-20, 80),
            (-4, 66),
            (4, 104),
            (14, 72),
            (26, 84),
            (24, 52),
            (36, 32),
            (28, 8),
            (0, 2),
        )
        pen.flat([p * (scale, scale) + (0, 4) for p in flame], rgb(tone), strength, 2.2)
    for _ in range(34):
        x, y = pen.rng.normal(0, 30), 70 + 190 * pen.rng.random()
        pen.glow(float(x), float(y), 1.6, (1.0, 0.7, 0.3), 0.9)


def tent(pen: Pen, thing: Thing) -> None:
    base = colour(thing.get("colour"), "orange")
    pen.shadow(ellipse(10, 2, 100, 8), 0.45, 6)
    pen.solid(polygon((-90, 0), (96, 0), (62, 92), (0, 100)), scaled(base, 0.75), round=12, grain=0.1)
    pen.solid(polygon((-90, 0), (44, 0), (0, 100)), base, round=12, grain=0.1)
    pen.flat(polygon((-44, 0), (12, 0), (-3, 74)), rgb("2b2018"))
    pen.flat(polygon((-40, 0), (8, 0), (-3, 60)), rgb("ffc76a"), 0.55 * pen.canvas.light.dark, 5)
    pen.solid(polygon((-44, 0), (-58, 0), (-3, 76)), mix(base, (1, 1, 1), 0.25), round=3)
    pen.solid(polygon((12, 0), (24, 0), (-3, 76)), mix(base, (1, 1, 1), 0.25), round=3)
    for a, b in (((0, 100), (-112, -2)), ((62, 92), (122, -2))):
        pen.flat(line([a, b], 0.8), rgb("e8e0d0"), 0.7)


def palm(pen: Pen, thing: Thing) -> None:
    pen.shadow(ellipse(12, 0, 26, 3), 0.4, 3)
    trunk = [(0.0, 0.0), (3.0, 25.0), (8.0, 50.0), (15.0, 77.0)]
    pen.solid(arc(trunk, 5.6, 3.2), rgb("83684a"), round=3, grain=0.5, grain_px=3)
    for turn in (200, 172, 150, 122, 95, 62, 38, 15, -12, 222):
        _frond(pen, (15, 78), turn, 34 + 8 * pen.rng.random())
    for x, y in ((13, 75), (17, 74.5), (15, 72.5)):
        pen.solid(ellipse(x, y, 2.2), rgb("6b4a2c"), round=2, gloss=0.2)


def _frond(pen: Pen, at: tuple[float, float], turn: float, long: float) -> None:
    a = np.radians(turn)
    droop = 0.55
    spine = [
        (
            at[0] + long * t * np.cos(a),
            at[1] + long * t * np.sin(a) - droop * long * t * t * (0.6 + 0.4 * abs(np.cos(a))),
        )
        for t in np.linspace(0, 1, 12)
    ]
    shade = scaled(rgb("5c8b40"), 0.65 + 0.45 * pen.rng.random())
    for k, (x, y) in enumerate(spine[1:], 1):
        reach = long * 0.27 * np.sin(np.pi * min(k / 12 + 0.14, 1.0)) + 1
        for side in (-1, 1):
            tip = (x + reach * np.cos(a + side * 0.75), y + reach * np.sin(a + side * 0.75) - reach * 0.5)
            pen.flat(polygon((x - 0.7, y), (x + 0.7, y + 0.5), tip), scaled(shade, 1.15 if side > 0 else 0.8))
    pen.flat(arc([(float(x), float(y)) for x, y in spine], 1.1, 0.4), scaled(shade, 0.8))
