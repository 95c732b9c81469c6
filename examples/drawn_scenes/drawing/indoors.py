"""Scenes at a table."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.drawing import backdrops, rooms, skies, tabletop
from examples.drawn_scenes.drawing.kinds import ON_TABLE
from examples.drawn_scenes.drawing.stage import Stage, centred, in_order


def paint_indoors(stage: Stage) -> None:
    canvas, top = stage.canvas, 590.0
    if stage.has("table", "window"):
        _room(stage, top)
    else:
        rooms.studio(canvas, top)
    for name in in_order(stage, ON_TABLE):
        stage.draw(name, centred(stage, name, ON_TABLE[name]))
    if stage.scene.action == "steaming" and stage.has("teapot"):
        tabletop.steam(stage.pen(centred(stage, "teapot", ON_TABLE["teapot"])))


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
