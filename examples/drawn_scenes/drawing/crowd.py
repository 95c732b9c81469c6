"""People in a scene: who stands, sits or runs where, and what they hold."""

from __future__ import annotations

from examples.drawn_scenes.drawing import outdoors, vehicles
from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.kinds import PEOPLE
from examples.drawn_scenes.drawing.people import POSES, person
from examples.drawn_scenes.drawing.shapes import Point
from examples.drawn_scenes.drawing.stage import Stage
from examples.drawn_scenes.scenes import Thing

SEATED = ("sitting", "picnicking", "singing")


def people(stage: Stage) -> Point | None:
    """Draw everyone; returns the last one's raised hand in the 1200 × 900 picture."""
    crowd = [thing for thing in stage.scene.things if thing.kind in PEOPLE for _ in range(thing.count)]
    places = _places(stage, len(crowd))
    hand: Point | None = None
    numbered = [k for k, thing in enumerate(stage.scene.things, 1) if thing.kind in PEOPLE for _ in range(thing.count)]
    for k in sorted(range(len(crowd)), key=lambda k: places[k][1]):
        hand = _one(stage, crowd[k], numbered[k], k, places[k])
    return hand


def _places(stage: Stage, count: int) -> list[Point]:
    y = 812.0
    if count == 1:
        x = {"on the left": 345.0, "on the right": 855.0}.get(stage.scene.arrangement, 600.0)
        return [(stage.x(x), 792.0 if stage.has("bench") else 842.0)]
    if stage.scene.arrangement == "in a circle" or stage.has("campfire"):
        ring = [(330.0, 838.0), (600.0, 742.0), (850.0, 836.0), (220.0, 780.0), (960.0, 770.0)]
        return [(stage.x(a), b) for a, b in (ring * count)[:count]]
    centre = 460.0 if stage.has("snowman", "tent") else 600.0
    gap = min(235.0, 800.0 / count)
    return [(stage.x(centre + gap * (k - (count - 1) / 2)), y + 16 * (k % 2)) for k in range(count)]


def _pose(stage: Stage, thing: Thing, k: int) -> str:
    action = stage.scene.action
    if action in SEATED:
        if stage.has("guitar") and thing.kind in ("man", "woman") and k == _player(stage):
            return "strumming"
        return "benched" if stage.has("bench") else "sitting"
    if action == "playing":
        return ("playing", "waving", "standing")[k % 3]
    if action in POSES and action != "standing":
        return action
    if stage.has("umbrella"):
        return "holding"
    return "waving" if stage.has("kite") or k % 2 else "standing"


def _player(stage: Stage) -> int:
    crowd = [thing.kind for thing in stage.scene.things if thing.kind in PEOPLE]
    return crowd.index("man") if "man" in crowd else 0


def _one(stage: Stage, thing: Thing, number: int, k: int, at: Point) -> Point:
    canvas, pose = stage.canvas, _pose(stage, thing, k)
    alone = sum(t.kind in PEOPLE for t in stage.scene.things) == 1
    size = (440.0 if thing.kind in ("woman", "man") else 345.0) * (1.18 if alone else 1.0)
    if alone and pose == "benched":
        size = 455.0
    pen = Pen(canvas, at[0], at[1], size, flip=stage.mirrored != (not alone and k % 2 == 1 and pose != "strumming"))
    held = alone and stage.has("umbrella")
    with canvas.owned_by(number):
        hand = person(pen, thing, pose, k)
    if held:
        hand = POSES[pose].arms[1][1]
        with canvas.owned_by(stage.numbers["umbrella"]):
            x, y = _spot(pen, hand)
            vehicles.umbrella(
                Pen(canvas, x, y, 235, flip=pen.flip, turn=6 if pen.flip else -6), stage.thing("umbrella")
            )
    if pose == "strumming":
        with canvas.owned_by(stage.numbers["guitar"]):
            x, y = _spot(pen, (4, 21))
            _guitar(stage, x, y, pen.flip)
    return _spot(pen, hand)


def _guitar(stage: Stage, x: float, y: float, flip: bool) -> None:
    outdoors.guitar(Pen(stage.canvas, x, y, 165, flip=flip, turn=-14 if flip else 14), stage.thing("guitar"))


def _spot(pen: Pen, at: Point) -> Point:
    sign = -1 if pen.flip else 1
    canvas = pen.canvas
    return (
        (pen.origin[0] + sign * at[0] * pen.unit) * 1200 / canvas.width,
        (pen.origin[1] - at[1] * pen.unit) * 900 / canvas.height,
    )
