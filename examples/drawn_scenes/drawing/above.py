"""Scenes seen from above: surfaces, and what lies scattered on them."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing import deskthings, rooms
from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.drawing.kinds import FROM_ABOVE, Kind
from examples.drawn_scenes.drawing.noise import Array
from examples.drawn_scenes.drawing.stage import Stage


def paint_above(stage: Stage) -> None:
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
        kind = Kind(deskthings.plant, 235, 1085, 130)
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


def _hang(stage: Stage, picture: Array, owner: Array) -> None:
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
