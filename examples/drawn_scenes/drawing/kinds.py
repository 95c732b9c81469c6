"""Who draws which kind, how big, and where it likes to stand (in a 1200 × 900 picture)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from examples.drawn_scenes.drawing import deskthings, landmarks, outdoors, shorethings, tabletop, vehicles
from examples.drawn_scenes.drawing.canvas import Pen
from examples.drawn_scenes.scenes import Thing

Draw = Callable[[Pen, Thing], None]


@dataclass(frozen=True)
class Kind:
    """``x`` and ``y`` place the foot point; further ones follow at ``step``; ``turns`` is how far they may turn."""

    draw: Draw
    size: float
    x: float = 600
    y: float = 800
    step: tuple[float, float] = (120, 0)
    turns: float = 0.0


ON_TABLE: dict[str, Kind] = {
    "teapot": Kind(tabletop.teapot, 390, 590, 815),
    "cup": Kind(tabletop.cup, 150, 975, 800),
    "lemon": Kind(tabletop.lemon, 118, 190, 812, (118, 44)),
    "apple": Kind(tabletop.apple, 150, 250, 800, (150, 20)),
    "pear": Kind(tabletop.pear, 150, 700, 790, (150, 20)),
    "orange": Kind(tabletop.orange, 150, 480, 850, (150, 20)),
    "strawberry": Kind(tabletop.strawberry, 80, 560, 860, (90, 8)),
    "coffee": Kind(tabletop.cup, 190, 600, 800),
}
FROM_ABOVE: dict[str, Kind] = {
    "apple": Kind(tabletop.apple, 172, turns=14),
    "pear": Kind(tabletop.pear, 172, turns=24),
    "orange": Kind(tabletop.orange, 172, turns=20),
    "lemon": Kind(tabletop.lemon, 140, turns=60),
    "strawberry": Kind(tabletop.strawberry, 92, turns=70),
    "knife": Kind(tabletop.knife, 200, turns=35),
    "starfish": Kind(shorethings.starfish, 215, turns=180),
    "shell": Kind(shorethings.shell, 150, turns=180),
    "pebble": Kind(shorethings.pebble, 92, turns=180),
    "crab": Kind(shorethings.crab, 150, turns=40),
    "seaweed": Kind(shorethings.seaweed, 165, turns=180),
    "camera": Kind(deskthings.camera, 250, turns=14),
    "pencil": Kind(deskthings.pencil, 130, turns=180),
    "notebook": Kind(deskthings.notebook, 245, turns=14),
    "coffee": Kind(deskthings.coffee, 190, turns=60),
    "glasses": Kind(deskthings.glasses, 165, turns=40),
    "cup": Kind(deskthings.coffee, 190, turns=60),
    "teapot": Kind(tabletop.teapot, 240, turns=10),
}
STANDING: dict[str, Kind] = {
    "van": Kind(vehicles.van, 305, 590, 800),
    "surfboard": Kind(vehicles.surfboard, 350, 205, 822),
    "palm": Kind(outdoors.palm, 690, 985, 742),
    "pine": Kind(landmarks.single_pine, 330, 120, 800, (960, -20)),
    "dog": Kind(outdoors.dog, 165, 845, 838),
    "lamp": Kind(landmarks.lamp, 600, 235, 700),
    "bench": Kind(outdoors.bench, 270, 600, 792),
    "pigeon": Kind(outdoors.pigeon, 72, 170, 838, (105, 18)),
    "basket": Kind(outdoors.basket, 128, 925, 838),
    "snowman": Kind(outdoors.snowman, 335, 905, 800),
    "sled": Kind(vehicles.sled, 122, 640, 876),
    "campfire": Kind(outdoors.campfire, 150, 600, 845),
    "tent": Kind(outdoors.tent, 285, 960, 680),
    "tree": Kind(landmarks.big_tree, 430, 985, 690),
    "windmill": Kind(landmarks.windmill, 255, 905, 522),
    "cottage": Kind(landmarks.cottage, 215, 640, 545),
    "farmhouse": Kind(landmarks.farmhouse, 185, 690, 568),
}
IN_AIR: dict[str, Kind] = {
    "gull": Kind(shorethings.gull, 92, 250, 190, (165, -42)),
    "balloon": Kind(vehicles.balloon, 560, 600, 610),
    "kite": Kind(vehicles.kite, 205, 815, 215, turns=0),
    "butterfly": Kind(outdoors.butterfly, 44, 660, 640, (150, -50), turns=30),
}
PEOPLE = ("woman", "man", "girl", "boy")
ALL_KINDS = {**ON_TABLE, **FROM_ABOVE, **STANDING, **IN_AIR}
