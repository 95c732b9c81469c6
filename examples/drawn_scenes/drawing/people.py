"""People: little figures of felt and cloth, 100 high when a grown-up stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.heads import behind, head
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.palette import colour
from examples.drawn_scenes.drawing.shapes import Point, box, curve, ellipse, limb, polygon
from examples.drawn_scenes.scenes import Thing

SKINS = tuple(rgb(c) for c in ("f0c8a4", "e0aa7f", "c08a5e", "9a6746"))
GARMENTS = ("raincoat", "coat", "jacket", "dress", "shirt", "sweater")


@dataclass(frozen=True)
class Pose:
    """Where the joints are: x to the right, y up, 100 high."""

    hip: Point = (0, 46)
    chest: Point = (0, 76)
    head: Point = (0, 90)
    legs: tuple[tuple[Point, Point], tuple[Point, Point]] = (((-5, 24), (-5.5, 2)), ((5, 24), (5.5, 2)))
    arms: tuple[tuple[Point, Point], tuple[Point, Point]] = (((-15, 61), (-15, 46)), ((15, 61), (15, 46)))
    lean: float = 0.0
    seated: bool = False
    hem: tuple[Point, ...] = field(default=())


POSES = {
    "standing": Pose(),
    "walking": Pose(
        legs=(((-6, 25), (-13, 4)), ((7, 25), (11, 2))), arms=(((-15, 62), (-10, 49)), ((15, 63), (16, 75)))
    ),
    "running": Pose(
        hip=(0, 44),
        chest=(4, 73),
        head=(7, 88),
        legs=(((-9, 27), (-26, 25)), ((12, 30), (14, 6))),
        arms=(((-12, 62), (-16, 50)), ((16, 78), (24, 92))),
        lean=4,
    ),
    "holding": Pose(arms=(((-15, 61), (-15, 46)), ((15, 63), (16, 75)))),
    "waving": Pose(arms=(((-16, 64), (-20, 50)), ((17, 84), (20, 98)))),
    "playing": Pose(
        legs=(((-8, 25), (-10, 2)), ((7, 24), (9, 2))), arms=(((-17, 66), (-25, 78)), ((17, 64), (25, 58)))
    ),
    "sitting": Pose(
        hip=(0, 9),
        chest=(0, 40),
        head=(0, 55),
        legs=(((-22, 11), (-5, 4)), ((22, 11), (5, 4))),
        arms=(((-15, 24), (-11, 12)), ((15, 24), (11, 12))),
        seated=True,
    ),
    "benched": Pose(
        hip=(0, 30),
        chest=(0, 61),
        head=(0, 76),
        legs=(((-8, 27), (-8, 3)), ((8, 27), (9, 3))),
        arms=(((-15, 45), (-7, 33)), ((15, 45), (7, 33))),
        seated=True,
    ),
    "strumming": Pose(
        hip=(0, 9),
        chest=(0, 40),
        head=(0, 55),
        legs=(((-22, 11), (-5, 4)), ((22, 11), (5, 4))),
        arms=(((-14, 24), (2, 20)), ((18, 28), (22, 34))),
        seated=True,
    ),
}


@dataclass(frozen=True)
class Clothes:
    """What a figure wears, as colours."""

    garment: str
    top: Colour
    legs: Colour
    shoes: Colour
    skin: Colour


def clothes(thing: Thing, number: int) -> Clothes:
    garment = next((g for g in GARMENTS if thing.get(g)), "shirt")
    skin = SKINS[number % len(SKINS)] if not thing.get("beard") else SKINS[0]
    legs = (rgb("3b4a63"), rgb("5b4a3e"), rgb("4d5a4a"), rgb("39393f"))[number % 4]
    return Clothes(garment, colour(thing.get(garment), "grey"), legs, rgb("4a3a30"), skin)


def person(pen: Pen, thing: Thing, pose_name: str, number: int = 0) -> Point:
    """Draw one person; returns the raised (right) hand's place."""
    pose, wear = POSES[pose_name], clothes(thing, number)
    young = thing.kind in ("girl", "boy", "child")
    radius = 10.5 if young else 8.6
    _shadow(pen, pose)
    behind(pen, thing, pose.head, radius, number)
    _arm(pen, pose, wear, 0)
    _legs(pen, pose, wear, thing)
    _body(pen, pose, wear, thing)
    head(pen, thing, pose.head, radius, wear.skin, number)
    _scarf(pen, pose, thing)
    _arm(pen, pose, wear, 1)
    return pose.arms[1][1]


def _shadow(pen: Pen, pose: Pose) -> None:
    wide = 30 if pose.seated else 20
    pen.shadow(ellipse(4, 1, wide, 4.5), 0.5, 4)
    pen.shadow(ellipse(2, 1.5, wide * 0.6, 2.5), 0.4, 1.5)


def _legs(pen: Pen, pose: Pose, wear: Clothes, thing: Thing) -> None:
    bare = wear.garment == "dress"
    tone = wear.skin if bare else wear.legs
    for side, (knee, foot) in zip((-1, 1), pose.legs, strict=True):
        start = (pose.hip[0] + 4.5 * side, pose.hip[1], 5.6 if not bare else 4)
        thick = 4.6 if not bare else 3
        pen.solid(limb(start, (*knee, thick), (*foot, thick * 0.75)), tone, round=5, grain=0.15)
        _shoe(
            pen,
            foot,
            side if pose_toes_out(pose) else 1,
            rgb("c23a2e") if thing.get("raincoat") else wear.shoes,
            bool(thing.get("raincoat")),
        )


def pose_toes_out(pose: Pose) -> bool:
    return pose.lean == 0


def _shoe(pen: Pen, foot: Point, side: int, tone: Colour, boot: bool) -> None:
    x, y = foot
    if boot:
        pen.solid(limb((x, y + 13, 4.6), (x, y + 1, 4.2)), tone, round=4, gloss=0.5)
    pen.solid(
        curve(
            (x - 3.6, y - 2.4),
            (x + 4 + 3 * side, y - 2.6),
            (x + 4 + 4 * side, y + 0.2),
            (x + 2 * side, y + 3.6),
            (x - 3.6, y + 3.2),
        ),
        tone,
        round=3,
        gloss=0.25,
    )


def _body(pen: Pen, pose: Pose, wear: Clothes, thing: Thing) -> None:
    (hx, hy), (cx, cy) = pose.hip, pose.chest
    pen.solid(limb((cx, cy - 2, 3.6), (cx, cy + 7, 3.4)), scaled(wear.skin, 0.85), round=3)
    long = {"raincoat": 24.0, "coat": 20.0, "dress": 22.0}.get(wear.garment, 4.0)
    wide = {"raincoat": 17.5, "coat": 15.0, "dress": 18.0}.get(wear.garment, 10.5)
    if pose.seated:
        long, wide = min(long, 5.0), wide + 3 if long > 5 else wide
    swing = -pose.lean * 1.6
    outline = curve(
        (cx - 6, cy + 3.5),
        (cx + 6, cy + 3.5),
        (cx + 11.5, cy - 1),
        (cx + 10, cy - 15),
        (hx + 9.2, hy + 8),
        (hx + wide + swing, hy - long),
        (hx + swing, hy - long - 1.6),
        (hx - wide + swing, hy - long),
        (hx - 9.2, hy + 8),
        (cx - 10, cy - 15),
        (cx - 11.5, cy - 1),
    )
    pen.solid(outline, wear.top, round=9, grain=0.16, grain_px=4, gloss=0.25 if wear.garment == "raincoat" else 0)
    _folds(pen, pose, wear, outline, long)
    if wear.garment in ("raincoat", "coat", "jacket"):
        _front(pen, pose, wear, long)
    if wear.garment == "sweater":
        for y in (hy + 6, hy + 12, hy + 18, hy + 24):
            pen.dark(box(hx - 14, y, hx + 14, y + 1.2), 0.28, 0.6, outline)
    if wear.garment == "shirt":
        pen.solid(
            polygon((cx - 5, cy + 4.5), (cx, cy - 2.5), (cx - 1.5, cy - 4), (cx - 7, cy + 1)),
            mix(wear.top, (1, 1, 1), 0.35),
            round=1.5,
        )
        pen.solid(
            polygon((cx + 5, cy + 4.5), (cx, cy - 2.5), (cx + 1.5, cy - 4), (cx + 7, cy + 1)),
            mix(wear.top, (1, 1, 1), 0.35),
            round=1.5,
        )
    if wear.garment == "dress":
        pen.dark(box(hx - 12, hy + 9, hx + 12, hy + 11.5), 0.5, 0.5, outline)


def _folds(pen: Pen, pose: Pose, wear: Clothes, outline: list, long: float) -> None:  # type: ignore[type-arg]
    hx, hy = pose.hip
    if long > 10:
        for dx in (-9, -3.5, 3, 8.5):
            pen.dark(
                polygon((hx + dx * 0.5, hy + 8), (hx + dx + 1.2, hy - long - 2), (hx + dx - 1.4, hy - long - 2)),
                0.3,
                1.0,
                outline,
            )
    pen.dark(ellipse(hx + (9 if pen.flip else -9), hy + 10, 5, 24), 0.28, 4, outline)


def _front(pen: Pen, pose: Pose, wear: Clothes, long: float) -> None:
    (hx, hy), (cx, cy) = pose.hip, pose.chest
    pen.flat(
        polygon((cx - 0.4, cy + 2), (cx + 0.4, cy + 2), (hx + 0.5, hy - long), (hx - 0.3, hy - long)),
        scaled(wear.top, 0.55),
        0.8,
    )
    for t in (0.15, 0.4, 0.65, 0.9):
        x, y = cx + (hx - cx) * t + 2, cy + (hy - long * 0.4 - cy) * t
        pen.solid(ellipse(x, y, 1.05), scaled(wear.top, 0.6), round=1)
    pen.solid(
        curve((cx - 7, cy + 3), (cx, cy + 0.5), (cx + 7, cy + 3), (cx + 4.5, cy + 7), (cx - 4.5, cy + 7)),
        scaled(wear.top, 0.88),
        round=2,
    )


def _scarf(pen: Pen, pose: Pose, thing: Thing) -> None:
    word = thing.get("scarf")
    if not word:
        return
    x, y = pose.chest
    pen.solid(limb((x - 5, y + 5, 2.8), (x, y + 3.4, 3), (x + 5, y + 5, 2.8)), colour(word), round=2.5, grain=0.3)
    pen.solid(limb((x + 3, y + 3, 2.4), (x + 5, y - 12, 2.6)), colour(word), round=2.5, grain=0.3)


def _arm(pen: Pen, pose: Pose, wear: Clothes, which: int) -> None:
    side = (-1, 1)[which]
    elbow, hand = pose.arms[which]
    shoulder = (pose.chest[0] + 9.2 * side, pose.chest[1] - 2.2)
    bare = wear.garment == "dress"
    pen.solid(ellipse(*hand, 3.1), wear.skin, round=3)
    sleeve = limb(
        (*shoulder, 4.3),
        (*elbow, 3.6 if not bare else 2.8),
        (hand[0] * 0.88 + elbow[0] * 0.12, hand[1] * 0.88 + elbow[1] * 0.12, 3.1 if not bare else 2.3),
    )
    if bare:
        pen.solid(sleeve, wear.skin, round=3)
        pen.solid(
            limb((*shoulder, 4.6), ((shoulder[0] + elbow[0]) / 2, (shoulder[1] + elbow[1]) / 2, 4.4)),
            wear.top,
            round=4,
            grain=0.16,
        )
    else:
        pen.solid(sleeve, scaled(wear.top, 0.96), round=4, grain=0.16, grain_px=4)
