"""Where everything goes: from a scene to paint."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from examples.drawn_scenes.drawing import (
    backdrops,
    grounds,
    kinds,
    landmarks,
    outdoors,
    rooms,
    skies,
    tabletop,
    vehicles,
    water,
)
from examples.drawn_scenes.drawing.canvas import Canvas, Pen
from examples.drawn_scenes.drawing.crowd import people
from examples.drawn_scenes.drawing.kinds import FROM_ABOVE, IN_AIR, ON_TABLE, PEOPLE, STANDING, Kind
from examples.drawn_scenes.scenes import Scene, Thing

TOPS = ("tablecloth", "sand", "desk", "waves")
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


class Stage:
    """A scene while it is being painted."""

    def __init__(self, canvas: Canvas, scene: Scene, mirrored: bool) -> None:
        self.canvas, self.scene, self.mirrored = canvas, scene, mirrored
        self.numbers = {thing.kind: k for k, thing in reversed(list(enumerate(scene.things, 1)))}
        self.horizon = 505.0

    def has(self, *names: str) -> bool:
        return any(name in self.numbers for name in names)

    def thing(self, name: str) -> Thing:
        return self.scene.things[self.numbers[name] - 1]

    def word(self, name: str, slot: str = "colour") -> str:
        return self.thing(name).get(slot)

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(value for _, value in self.thing(name).attributes)

    def x(self, x: float) -> float:
        return 1200 - x if self.mirrored else x

    def pen(self, kind: Kind, k: int = 0, jitter: float = 0.0, turn: float = 0.0) -> Pen:
        rng = self.canvas.rng
        x = self.x(kind.x + k * kind.step[0]) + rng.normal(0, jitter)
        return Pen(
            self.canvas,
            float(x),
            kind.y + k * kind.step[1],
            kind.size * float(rng.normal(1, 0.03)),
            self.mirrored,
            turn,
        )

    def draw(self, name: str, kind: Kind, turn: float = 0.0) -> None:
        thing = self.thing(name)
        with self.canvas.owned_by(self.numbers[name]):
            for k in range(thing.count):
                kind.draw(self.pen(kind, k, 6 + 4 * k, turn + float(self.canvas.rng.normal(0, kind.turns))), thing)


def compose(canvas: Canvas, scene: Scene, mirrored: bool) -> Stage:
    """Paint everything a scene names, and nothing else."""
    stage = Stage(canvas, scene, mirrored)
    if _from_above(stage):
        _above(stage)
    elif stage.has("table", "window") or (stage.has(*ON_TABLE) and not stage.has(*grounds.GROUNDS, *FAR)):
        _indoors(stage)
    else:
        _outdoors(stage)
    return stage


def _from_above(stage: Stage) -> bool:
    if stage.has(*TOPS):
        return True
    loose = stage.scene.arrangement == "scattered" or not stage.has(*ON_TABLE)
    flat = any(t.kind in FROM_ABOVE for t in stage.scene.things)
    return loose and flat and not stage.has("table", "window", *grounds.GROUNDS)


# From above


def _above(stage: Stage) -> None:
    canvas = stage.canvas
    if stage.has("table") and stage.has("tablecloth"):
        with canvas.owned_by(stage.numbers["table"]):
            rooms.desk(canvas, "wooden", ())
    _surface(stage)
    if stage.has("waves"):
        with canvas.owned_by(stage.numbers["waves"]):
            rooms.waves(canvas, stage.words("waves"))
    _scatter(stage)
    if stage.has("plant"):
        kind = Kind(kinds.deskthings.plant, 235, 1085, 130)
        stage.draw("plant", kind)
    if stage.has("shadows"):
        rooms.leafy_shadows(canvas)
    if stage.has("lamplight"):
        rooms.lamplight(canvas, stage.word("lamplight"))


def _surface(stage: Stage) -> None:
    canvas = stage.canvas
    painters = {"tablecloth": rooms.tablecloth, "sand": rooms.sand, "desk": rooms.desk}
    name = next((n for n in painters if stage.has(n)), None)
    if name is None:
        rooms.studio(canvas, 900)
        return
    before = canvas.rgb.copy(), canvas.owner.copy()
    with canvas.owned_by(stage.numbers[name]):
        painters[name](canvas, stage.word(name), stage.words(name))
    if name == "tablecloth" and stage.has("table"):
        _hang(stage, *before)


def _hang(stage: Stage, picture: np.ndarray, owner: np.ndarray) -> None:  # type: ignore[type-arg]
    """Leave the table visible beside the cloth."""
    canvas = stage.canvas
    yy, xx = np.mgrid[0 : canvas.height, 0 : canvas.width]
    x, y = xx / canvas.width * 1200, yy / canvas.height * 900
    if stage.mirrored:
        x = 1200 - x
    inside = np.clip((np.minimum(960 - x - 0.12 * (y - 450), y + 0.05 * x - 95)) / 2, 0, 1)[..., None]
    shadow = np.clip(
        1 - np.clip((np.minimum(960 - x - 0.12 * (y - 450), y + 0.05 * x - 95) + 26) / 26, 0, 1) * 0.6, 0, 1
    )[..., None]
    canvas.rgb[:] = (picture * shadow * (1 - inside) + canvas.rgb * inside).astype(np.float32)
    canvas.owner[inside[..., 0] < 0.5] = owner[inside[..., 0] < 0.5]


def _scatter(stage: Stage) -> None:
    rng, taken = stage.canvas.rng, []
    items = [(t, FROM_ABOVE[t.kind]) for t in stage.scene.things if t.kind in FROM_ABOVE for _ in range(t.count)]
    top = 330.0 if stage.has("waves") else 150.0
    right = 870.0 if stage.has("table") and stage.has("tablecloth") else 1070.0
    if stage.has("plant"):
        taken.append((1085.0, 130.0, 150.0))
    for thing, kind in sorted(items, key=lambda item: -item[1].size):
        radius = kind.size * {"notebook": 0.85, "pencil": 0.85, "knife": 0.75}.get(thing.kind, 0.62)
        x, y = _free(rng, taken, radius, top, right)
        taken.append((x, y, radius))
        turn = float(rng.uniform(-kind.turns, kind.turns))
        lift = 0.45 * kind.size if kind.draw.__module__.endswith("tabletop") and thing.kind != "knife" else 0.0
        with stage.canvas.owned_by(stage.numbers[thing.kind]):
            kind.draw(Pen(stage.canvas, x, y + lift, kind.size * float(rng.normal(1, 0.04)), turn=turn), thing)


def _free(
    rng: np.random.Generator, taken: list[tuple[float, float, float]], radius: float, top: float, right: float
) -> tuple[float, float]:
    """The roomiest of many random places."""
    xs, ys = rng.uniform(130, right, 400), rng.uniform(top, 780, 400)
    if not taken:
        return float(xs[0] * 0.4 + 360), float(ys[0] * 0.4 + 270)
    gaps = np.min([np.hypot(xs - x, ys - y) - r - radius for x, y, r in taken], axis=0)
    fits = np.flatnonzero(gaps > 6)
    best = int(fits[0]) if len(fits) else int(np.argmax(gaps))
    return float(xs[best]), float(ys[best])


# Indoors


def _indoors(stage: Stage) -> None:
    canvas, top = stage.canvas, 590.0
    if stage.has("table", "window"):
        _room(stage, top)
    else:
        rooms.studio(canvas, top)
    for name in _order(stage, ON_TABLE):
        stage.draw(name, _centred(stage, name, ON_TABLE[name]))
    if stage.scene.action == "steaming" and stage.has("teapot"):
        tabletop.steam(stage.pen(_centred(stage, "teapot", ON_TABLE["teapot"])))


def _room(stage: Stage, top: float) -> None:
    canvas = stage.canvas
    if stage.has("window"):
        skies.sky(canvas, stage.scene.weather, 470)
        if stage.has("hills"):
            with canvas.owned_by(stage.numbers["hills"]):
                backdrops.hills(canvas, 470, stage.word("hills"), stage.words("hills"))
                canvas.rgb[int(canvas.y(470)) :] = canvas.rgb[int(canvas.y(468))]
        view, owner = canvas.rgb.copy(), canvas.owner.copy()
        rooms.wall(canvas)
        canvas.owner[:] = 0
        x0, y0, x1, y1 = rooms.window_hole()
        hole = np.s_[int(canvas.y(y0)) : int(canvas.y(y1)), int(canvas.x(x0)) : int(canvas.x(x1))]
        canvas.rgb[hole], canvas.owner[hole] = view[hole] * 1.08, owner[hole]
        with canvas.owned_by(stage.numbers["window"]):
            canvas.owner[hole][canvas.owner[hole] == 0] = canvas.current
            rooms.window_frame(canvas, "bright" in stage.words("window"))
    else:
        rooms.wall(canvas)
    if stage.has("table"):
        with canvas.owned_by(stage.numbers["table"]):
            rooms.table(canvas, top, stage.word("table", "material"))


def _centred(stage: Stage, name: str, kind: Kind) -> Kind:
    """The main thing goes where the caption puts it."""
    if stage.scene.things[0].kind != name or stage.scene.arrangement in ("", "in the centre"):
        return kind
    x = {"on the left": 380.0, "on the right": 820.0}.get(stage.scene.arrangement, kind.x)
    return Kind(kind.draw, kind.size, x, kind.y, kind.step, kind.turns)


def _order(stage: Stage, table: dict[str, Kind]) -> Iterable[str]:
    names = [t.kind for t in stage.scene.things if t.kind in table]
    return sorted(dict.fromkeys(names), key=lambda n: table[n].y)


# Out of doors


def _outdoors(stage: Stage) -> None:
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
    names = list(_order(stage, STANDING))
    seated = [n for n in names if STANDING[n].y < 800]
    for name in seated:
        stage.draw(name, _centred(stage, name, STANDING[name]))
    hand = people(stage) if stage.has(*PEOPLE) else None
    for name in names:
        if name not in seated:
            stage.draw(name, _centred(stage, name, STANDING[name]))
    for name in _order(stage, IN_AIR):
        stage.draw(
            name, _centred(stage, name, IN_AIR[name]), -0.0 if name != "kite" else (24 if stage.mirrored else -24)
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
    for k, name in enumerate(_order(stage, {n: kind for n, kind in ON_TABLE.items() if n not in STANDING})):
        kind = ON_TABLE[name]
        stage.draw(name, Kind(kind.draw, kind.size * 0.6, 250 + 180 * k, 850))
