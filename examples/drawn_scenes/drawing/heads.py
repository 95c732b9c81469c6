"""Heads: hair, face, hat and beard."""

from __future__ import annotations

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Point, arc, curve, ellipse, limb
from examples.drawn_scenes.scenes import Thing

HAIRS: dict[str, Colour] = {
    "dark": rgb("33261f"),
    "red": rgb("b4512a"),
    "blonde": rgb("dbb564"),
    "white": rgb("e6e3dd"),
    "brown": rgb("6d4529"),
}
FEMALE = ("woman", "girl")


def head(pen: Pen, thing: Thing, at: Point, r: float, skin: Colour, number: int) -> None:
    """A head of radius ``r`` at a point of the figure, turned a little to the right."""
    x, y = at
    hair = HAIRS.get(
        thing.get("hair"),
        HAIRS["white" if thing.get("beard") == "white" else ("brown", "dark", "blonde", "red")[number % 4]],
    )
    if thing.kind in FEMALE:
        _long_hair(pen, x, y, r, hair, thing.kind == "girl")
    pen.solid(ellipse(x - r * 0.92, y - r * 0.1, r * 0.2, r * 0.27), scaled(skin, 0.93), round=1.5)
    pen.solid(
        curve(
            (x - r * 0.9, y + r * 0.2),
            (x, y + r),
            (x + r * 0.9, y + r * 0.2),
            (x + r * 0.62, y - r * 0.75),
            (x + r * 0.05, y - r * 1.02),
            (x - r * 0.6, y - r * 0.75),
        ),
        skin,
        round=r * 0.9,
        grain=0.05,
    )
    _face(pen, x + r * 0.14, y, r, skin)
    if thing.get("beard"):
        _beard(pen, x, y, r, HAIRS.get(thing.get("beard"), HAIRS["white"]))
    if thing.get("hat"):
        _hair_cap(pen, x, y, r, hair)
        _hat(pen, x, y, r, thing.get("hat"))
    elif thing.get("raincoat"):
        _hood(pen, x, y, r, colour(thing.get("raincoat"), "yellow"))
    else:
        _hair_cap(pen, x, y, r, hair)
        if thing.get("jacket") and thing.kind in ("girl", "boy"):
            _wool_hat(pen, x, y, r, colour(thing.get("jacket")))


def behind(pen: Pen, thing: Thing, at: Point, r: float, number: int) -> None:
    """What of the hair hangs behind the shoulders; drawn before the body."""
    if thing.kind in FEMALE and not thing.get("raincoat"):
        _long_hair(pen, at[0], at[1], r, _hair(thing, number), thing.kind == "girl")


def _hair(thing: Thing, number: int) -> Colour:
    own = "white" if thing.get("beard") == "white" else ("brown", "dark", "blonde", "red")[number % 4]
    return HAIRS.get(thing.get("hair"), HAIRS[own])


def _face(pen: Pen, x: float, y: float, r: float, skin: Colour) -> None:
    for side in (-1, 1):
        ex = x + side * r * 0.34
        pen.flat(ellipse(ex, y - r * 0.02, r * 0.1, r * 0.14), rgb("2a211d"))
        pen.flat(ellipse(ex + r * 0.03, y + r * 0.04, r * 0.035), (1.0, 1.0, 1.0), 0.9)
        pen.flat(
            arc([(ex - r * 0.15, y + r * 0.22), (ex, y + r * 0.28), (ex + r * 0.15, y + r * 0.23)], r * 0.06),
            rgb("4c382d"),
            0.75,
        )
        pen.flat(ellipse(ex + side * r * 0.16, y - r * 0.32, r * 0.2, r * 0.14), rgb("e2695a"), 0.38, r * 0.07)
    pen.flat(ellipse(x + r * 0.03, y - r * 0.2, r * 0.1, r * 0.12), scaled(skin, 0.86), 0.8, r * 0.03)
    pen.flat(
        arc([(x - r * 0.24, y - r * 0.46), (x, y - r * 0.58), (x + r * 0.24, y - r * 0.46)], r * 0.075),
        rgb("8b3f37"),
        0.9,
    )


def _hair_cap(pen: Pen, x: float, y: float, r: float, hair: Colour) -> None:
    pen.solid(
        curve(
            (x - r * 1.04, y - r * 0.15),
            (x - r * 0.98, y + r * 0.62),
            (x - r * 0.1, y + r * 1.16),
            (x + r * 0.88, y + r * 0.72),
            (x + r * 1.02, y + r * 0.05),
            (x + r * 0.78, y + r * 0.38),
            (x + r * 0.2, y + r * 0.5),
            (x - r * 0.5, y + r * 0.46),
            (x - r * 0.82, y + r * 0.2),
        ),
        hair,
        round=r * 0.45,
        grain=0.5,
        grain_px=3,
    )


def _long_hair(pen: Pen, x: float, y: float, r: float, hair: Colour, tails: bool) -> None:
    if tails:
        for side in (-1, 1):
            pen.solid(
                limb(
                    (x + side * r * 0.85, y - r * 0.1, r * 0.32),
                    (x + side * r * 1.35, y - r * 0.8, r * 0.3),
                    (x + side * r * 1.3, y - r * 1.6, r * 0.12),
                ),
                hair,
                round=r * 0.3,
                grain=0.5,
                grain_px=3,
            )
        return
    for side in (-1, 1):
        lock = limb(
            (x + side * r * 0.55, y + r * 0.35, r * 0.55),
            (x + side * r * 0.88, y - r * 0.4, r * 0.34),
            (x + side * r * 0.98, y - r * 1.25, r * 0.28),
            (x + side * r * 0.8, y - r * 1.7, r * 0.12),
        )
        pen.solid(lock, scaled(hair, 0.9), round=r * 0.35, grain=0.5, grain_px=3)


def _beard(pen: Pen, x: float, y: float, r: float, hair: Colour) -> None:
    pen.solid(
        curve(
            (x - r * 0.92, y + r * 0.02),
            (x - r * 0.55, y - r * 0.3),
            (x + r * 0.12, y - r * 0.28),
            (x + r * 0.72, y - r * 0.3),
            (x + r * 0.94, y + r * 0.02),
            (x + r * 0.8, y - r * 0.8),
            (x + r * 0.1, y - r * 1.55),
            (x - r * 0.72, y - r * 0.85),
        ),
        hair,
        round=r * 0.4,
        grain=0.4,
        grain_px=3,
    )
    pen.flat(
        arc([(x - r * 0.1, y - r * 0.52), (x + r * 0.13, y - r * 0.6), (x + r * 0.36, y - r * 0.52)], r * 0.08),
        rgb("8b3f37"),
        0.9,
    )


def _hat(pen: Pen, x: float, y: float, r: float, word: str) -> None:
    tone = colour(word, "brown")
    wide = 1.95 if word == "straw" else 1.5
    pen.solid(ellipse(x, y + r * 0.52, r * wide, r * 0.36, 4), scaled(tone, 0.9), round=r * 0.3, grain=0.4, grain_px=3)
    pen.solid(
        curve(
            (x - r * 0.95, y + r * 0.55),
            (x - r * 0.8, y + r * 1.2),
            (x, y + r * 1.42),
            (x + r * 0.8, y + r * 1.2),
            (x + r * 0.95, y + r * 0.55),
            (x, y + r * 0.42),
        ),
        tone,
        round=r * 0.5,
        grain=0.4,
        grain_px=3,
    )
    band = rgb("b5433a") if word == "straw" else scaled(tone, 0.5)
    pen.solid(
        curve(
            (x - r * 0.96, y + r * 0.56),
            (x, y + r * 0.44),
            (x + r * 0.96, y + r * 0.56),
            (x + r * 0.92, y + r * 0.76),
            (x, y + r * 0.64),
            (x - r * 0.92, y + r * 0.76),
        ),
        band,
        round=r * 0.1,
    )


def _wool_hat(pen: Pen, x: float, y: float, r: float, tone: Colour) -> None:
    pale = mix(tone, (1.0, 1.0, 1.0), 0.55)
    pen.solid(
        curve(
            (x - r * 1.0, y + r * 0.4),
            (x - r * 0.85, y + r * 1.1),
            (x, y + r * 1.4),
            (x + r * 0.85, y + r * 1.1),
            (x + r * 1.0, y + r * 0.4),
            (x, y + r * 0.5),
        ),
        tone,
        round=r * 0.5,
        grain=0.4,
        grain_px=3,
    )
    pen.solid(
        limb((x - r * 0.88, y + r * 0.48, r * 0.2), (x, y + r * 0.58, r * 0.22), (x + r * 0.88, y + r * 0.48, r * 0.2)),
        pale,
        round=r * 0.2,
        grain=0.4,
        grain_px=3,
    )
    pen.solid(ellipse(x, y + r * 1.5, r * 0.34), pale, round=r * 0.3, grain=0.6, grain_px=2.5)


def _hood(pen: Pen, x: float, y: float, r: float, tone: Colour) -> None:
    _hair_cap(pen, x, y, r * 0.98, HAIRS["dark"])
    pen.solid(
        curve(
            (x - r * 1.12, y - r * 0.9),
            (x - r * 1.22, y + r * 0.4),
            (x - r * 0.2, y + r * 1.4),
            (x + r * 1.02, y + r * 0.75),
            (x + r * 1.08, y + r * 0.1),
            (x + r * 0.7, y + r * 0.68),
            (x - r * 0.15, y + r * 0.92),
            (x - r * 0.8, y + r * 0.35),
            (x - r * 0.82, y - r * 0.5),
        ),
        tone,
        round=r * 0.4,
        gloss=0.3,
    )
