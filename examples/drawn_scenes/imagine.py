"""What words leave open is decided by the seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from examples.drawn_scenes.scenes import Scene, Thing
from examples.drawn_scenes.vocabulary import CHOICES, CLOTHING, GARMENT_COLOURS


def fill(scene: Scene, rng: np.random.Generator) -> Scene:
    """Give every thing the attributes that nobody mentioned."""
    return replace(scene, things=tuple(_filled(thing, rng) for thing in scene.things))


def _filled(thing: Thing, rng: np.random.Generator) -> Thing:
    added = [
        (slot, _pick(rng, options)) for slot, options in CHOICES.get(thing.kind, {}).items() if not thing.get(slot)
    ]
    garments = CLOTHING.get(thing.kind, ())
    if garments and not any(thing.get(name) for name in (*garments, "raincoat", "coat", "jacket")):
        added.append((_pick(rng, garments), _pick(rng, GARMENT_COLOURS)))
    return replace(thing, attributes=(*thing.attributes, *added))


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]
