"""Scenes out of doors: sky, far things, land and water, and whoever is there."""

from __future__ import annotations

from examples.drawn_scenes.drawing import backdrops, grounds, landmarks, outdoors, rooms, skies, vehicles, water
from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.crowd import people
from examples.drawn_scenes.drawing.kinds import IN_AIR, ON_TABLE, PEOPLE, STANDING, Kind
from examples.drawn_scenes.drawing.stage import Stage, centred, in_order

FAR = (
    "mountains",
    "hills",
    "houses",
    "windows",
    "trees",
    "pines",
    "clouds",
    "lake",
    "sea",
    "lavender",
    "river",
    "cliff",
    "lighthouse",
)


def paint_outdoors(stage: Stage) -> None:
    canvas, scene = stage.canvas, stage.scene
    ground = next((name for name in grounds.GROUNDS if name and stage.has(name)), "")
    airborne = all(t.kind in IN_AIR for t in scene.things)
    if not ground and not stage.has(*FAR) and not airborne:
        rooms.studio(canvas, 600)
    else:
        stage.horizon = 585.0 if stage.has("valley") else 505.0
        skies.sky(canvas, scene.weather, 900 if airborne else stage.horizon)
        _far(stage)
        if not airborne:
            _land(stage, ground)
    if scene.weather == "misty":
        backdrops.mist(canvas, stage.horizon, 0.95)
    _near(stage)


def _far(stage: Stage) -> None:
    canvas, horizon = stage.canvas, stage.horizon
    if stage.has("clouds"):
        with canvas.owned_by(stage.numbers["clouds"]):
            skies.cloud_thing(canvas, stage.word("clouds"), horizon)
    for name, paint in (
        ("mountains", backdrops.mountains),
        ("hills", backdrops.hills),
        ("trees", backdrops.trees),
        ("pines", backdrops.pines),
    ):
        if stage.has(name):
            with canvas.owned_by(stage.numbers[name]):
                paint(canvas, horizon, stage.word(name), stage.words(name))
    if stage.has("houses", "windows"):
        windows = stage.word("windows") or "golden" if stage.has("windows") else None
        with canvas.owned_by(stage.numbers.get("houses", 0)):
            backdrops.houses(
                canvas,
                horizon + 30,
                windows,
                stage.has("houses") and "tall" in stage.words("houses"),
                stage.numbers.get("windows", 0),
            )


def _land(stage: Stage, ground: str) -> None:
    canvas, horizon = stage.canvas, stage.horizon
    bottom = _shoreline(stage, ground)
    far = horizon + (16 if stage.has("trees", "pines") else 0)
    for name, paint in (("lake", water.lake), ("sea", water.sea)):
        if stage.has(name):
            with canvas.owned_by(stage.numbers[name]):
                paint(canvas, far, bottom + 14, stage.word(name), stage.words(name))
    if stage.has("lavender"):
        with canvas.owned_by(stage.numbers["lavender"]):
            landmarks.lavender(
                canvas, horizon + 14, stage.word("lavender"), stage.scene.arrangement in ("in long rows", "")
            )
    elif bottom < 900:
        top = bottom - 4 if stage.has("lake", "sea") else horizon + (30 if ground == "street" else 2)
        with canvas.owned_by(stage.numbers.get(ground, 0)):
            grounds.GROUNDS[ground](
                canvas, top, stage.word(ground) if ground else "", stage.words(ground) if ground else ()
            )
    if ground == "path":
        with canvas.owned_by(stage.numbers["path"]):
            grounds.path(canvas, horizon + 14, "", ())
    if stage.has("river"):
        with canvas.owned_by(stage.numbers["river"]):
            water.river(canvas, horizon + 6)
    _headland(stage)


def _shoreline(stage: Stage, ground: str) -> float:
    if not stage.has("lake", "sea"):
        return stage.horizon
    if not ground:
        return 900.0
    return {"shore": 735.0, "beach": 640.0}.get(ground, 590.0)


def _headland(stage: Stage) -> None:
    canvas, flip = stage.canvas, stage.mirrored != (stage.scene.arrangement == "on the left")
    base, foot = stage.horizon + 150, stage.horizon - 45
    if stage.has("cliff"):
        with canvas.owned_by(stage.numbers["cliff"]):
            left, right = (-40.0, 620.0) if flip else (580.0, 1240.0)
            landmarks.cliff(canvas, left, right, foot - 10, base + 75, stage.words("cliff"), flip)
    if stage.has("lighthouse"):
        x = 330.0 if flip else 870.0
        y = foot + 4 if stage.has("cliff") else stage.horizon + 60
        with canvas.owned_by(stage.numbers["lighthouse"]):
            pen = Pen(canvas, x, y, 375)
            landmarks.lighthouse(pen, stage.thing("lighthouse"))
            if stage.scene.action == "shining":
                landmarks.beam(pen)


def _near(stage: Stage) -> None:
    if stage.has("boat"):
        _boat(stage)
    if stage.has("blanket"):
        with stage.canvas.owned_by(stage.numbers["blanket"]):
            outdoors.blanket(Pen(stage.canvas, stage.x(600), 812, 880), stage.thing("blanket"))
            outdoors.picnic_food(Pen(stage.canvas, stage.x(600), 838, 760))
    names = list(in_order(stage, STANDING))
    seated = [n for n in names if STANDING[n].y < 800]
    for name in seated:
        stage.draw(name, centred(stage, name, STANDING[name]))
    hand = people(stage) if stage.has(*PEOPLE) else None
    for name in names:
        if name not in seated:
            stage.draw(name, centred(stage, name, STANDING[name]))
    for name in in_order(stage, IN_AIR):
        stage.draw(
            name, centred(stage, name, IN_AIR[name]), -0.0 if name != "kite" else (24 if stage.mirrored else -24)
        )
    if stage.has("kite") and hand:
        kite = IN_AIR["kite"]
        with stage.canvas.owned_by(0):
            vehicles.kite_string(Pen(stage.canvas, 0, 0, 100), (hand[0], -hand[1]), (stage.x(kite.x), -kite.y))
    _leftover(stage)


def _boat(stage: Stage) -> None:
    kind = Kind(vehicles.boat, 95 if stage.has("sea") else 80, 330, stage.horizon + (62 if stage.has("sea") else 110))
    stage.draw("boat", kind)


def _leftover(stage: Stage) -> None:
    """Small things that the caption puts out of doors."""
    for k, name in enumerate(in_order(stage, {n: kind for n, kind in ON_TABLE.items() if n not in STANDING})):
        kind = ON_TABLE[name]
        stage.draw(name, Kind(kind.draw, kind.size * 0.6, 250 + 180 * k, 850))
