"""Draw a scene: its pixels, and which of them show which named thing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from examples.drawn_scenes.drawing.canvas import HEIGHT, WIDTH, Canvas
from examples.drawn_scenes.drawing.layout import compose
from examples.drawn_scenes.drawing.light import LIGHTS
from examples.drawn_scenes.drawing.noise import Array
from examples.drawn_scenes.drawing.weather import develop, weather
from examples.drawn_scenes.imagine import fill
from examples.drawn_scenes.scenes import Scene


@dataclass(frozen=True)
class Picture:
    """A drawn scene; ``owners`` holds for each pixel the number (from 1) of the named thing it shows, 0 for none."""

    image: Image.Image
    owners: Array
    names: tuple[str, ...]

    @property
    def masks(self) -> dict[str, Array]:
        """Per named thing, where it can be seen."""
        return masks(self.owners, self.names)


def masks(owners: Array, names: tuple[str, ...]) -> dict[str, Array]:
    return {name: owners == number for number, name in enumerate(names, 1)}


def draw_original(scene: Scene, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Draw one of the fifteen as everybody knows it."""
    return draw(scene, width, height, zlib.crc32(scene.slug.encode()), mirrored=False)


def draw(scene: Scene, width: int, height: int, seed: int, mirrored: bool | None = None) -> Picture:
    """Draw what the scene says, and only that; the seed decides the rest."""
    rng = np.random.default_rng([seed, 20240501])
    flip = bool(rng.random() < 0.5) if mirrored is None else mirrored
    canvas = Canvas(width, height, rng, LIGHTS.get(scene.time, LIGHTS[""]))
    stage = compose(canvas, fill(scene, rng), flip)
    if stage.horizon:
        weather(canvas, scene.weather, stage.horizon)
    image = Image.fromarray(develop(canvas))
    return Picture(image, canvas.owner.astype(np.uint8), scene.names)
