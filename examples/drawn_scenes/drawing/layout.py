"""From a scene to paint."""

from __future__ import annotations

from examples.drawn_scenes.drawing import grounds
from examples.drawn_scenes.drawing.above import paint_above
from examples.drawn_scenes.drawing.canvas import Canvas
from examples.drawn_scenes.drawing.indoors import paint_indoors
from examples.drawn_scenes.drawing.kinds import FROM_ABOVE, ON_TABLE
from examples.drawn_scenes.drawing.landscape import FAR, paint_outdoors
from examples.drawn_scenes.drawing.stage import Stage
from examples.drawn_scenes.scenes import Scene

TOPS = ("tablecloth", "sand", "desk", "waves")


def compose(canvas: Canvas, scene: Scene, mirrored: bool) -> Stage:
    """Paint everything a scene names, and nothing else."""
    stage = Stage(canvas, scene, mirrored)
    if _from_above(stage):
        paint_above(stage)
    elif stage.has("table", "window") or (stage.has(*ON_TABLE) and not stage.has(*grounds.GROUNDS, *FAR)):
        paint_indoors(stage)
    else:
        paint_outdoors(stage)
    return stage


def _from_above(stage: Stage) -> bool:
    if stage.has(*TOPS):
        return True
    loose = stage.scene.arrangement == "scattered" or not stage.has(*ON_TABLE)
    flat = any(t.kind in FROM_ABOVE for t in stage.scene.things)
    return loose and flat and not stage.has("table", "window", *grounds.GROUNDS)
