"""How a picture feels: what hour, weather, things and people say for an adjective; an unknown one says nothing."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.scenes import Scene

PEOPLE = {"woman", "man", "girl", "boy"}
WARM, COLD = {"red", "orange", "yellow", "golden", "pink", "warm"}, {"blue", "grey", "white", "teal", "silver"}
MOST_THINGS = 10

# What a picture has, to how much it speaks for the adjective.
MOODS: dict[str, dict[str, float]] = {
    "calm": {"still": 1.0, "crowded": -0.5, "storm": -1.0},
    "peaceful": {"still": 1.0, "nature": 0.4, "storm": -1.0},
    "lively": {"moving": 0.9, "people": 0.4, "many": 0.3},
    "busy": {"many": 1.0, "crowded": 0.5},
    "crowded": {"crowded": 1.0, "many": 0.5},
    "cheerful": {"happy": 1.0, "bright": 0.4, "dark": -0.8},
    "happy": {"happy": 1.0, "bright": 0.3, "dark": -0.6},
    "playful": {"happy": 0.9, "moving": 0.4},
    "bright": {"bright": 1.0, "colourful": 0.3, "dark": -1.0},
    "sunny": {"bright": 1.0, "dark": -1.0},
    "colourful": {"colourful": 1.0},
    "dark": {"dark": 1.0, "bright": -1.0},
    "gloomy": {"dark": 0.8, "storm": 0.6, "happy": -1.0},
    "eerie": {"dark": 0.7, "empty": 0.5, "storm": 0.4, "happy": -1.0},
    "dramatic": {"storm": 1.0, "glow": 0.5},
    "wild": {"storm": 0.9, "nature": 0.5},
    "warm": {"warm": 1.0, "glow": 0.4, "cold": -0.8},
    "cosy": {"warm": 0.6, "indoors": 0.6, "storm": -0.6},
    "cold": {"cold": 1.0, "warm": -0.6},
    "chilly": {"cold": 1.0, "warm": -0.6},
    "lonely": {"empty": 0.8, "alone": 0.6, "crowded": -1.0},
    "empty": {"empty": 1.0, "many": -1.0},
    "plain": {"empty": 0.7, "colourful": -0.6},
    "tidy": {"neat": 1.0, "still": 0.2},
    "messy": {"scattered": 0.9, "neat": -1.0},
    "dreamy": {"glow": 0.9, "still": 0.3},
    "romantic": {"glow": 0.8, "warm": 0.3},
    "pleasing": {"bright": 0.3, "glow": 0.4, "nature": 0.3},
    "beautiful": {"glow": 0.6, "nature": 0.5},
    "natural": {"nature": 1.0, "indoors": -0.8},
    "homely": {"indoors": 1.0, "warm": 0.3},
    "strange": {"empty": 0.4, "dark": 0.3},
}
NATURE = {
    "hills",
    "sea",
    "mountains",
    "lake",
    "meadow",
    "valley",
    "river",
    "cliff",
    "trees",
    "pines",
    "lavender",
    "shore",
}
INDOORS = {"table", "desk", "teapot", "cup", "coffee", "lamplight", "window", "notebook"}


def features(scene: Scene) -> dict[str, float]:
    """What a scene has of that which makes a mood, 0 to 1."""
    kinds, things = set(scene.names), sum(thing.count for thing in scene.things)
    people, said = len(kinds & PEOPLE), {word for thing in scene.things for _, word in thing.attributes}
    found = {
        "still": scene.manner in ("gently", "quietly", "slowly", "softly")
        or scene.weather in ("calm", "misty", "clear"),
        "moving": scene.action in ("walking", "running", "playing", "singing", "floating"),
        "happy": scene.manner == "happily" or scene.action in ("playing", "singing", "picnicking"),
        "bright": scene.time in ("morning", "noon", "afternoon") or scene.weather == "sunny",
        "dark": scene.time in ("night", "dusk") or "dark" in said,
        "glow": scene.time in ("sunrise", "sunset") or scene.action in ("glowing", "shining"),
        "storm": scene.weather in ("stormy", "rainy", "windy"),
        "cold": scene.weather == "snowy" or bool(kinds & {"snow", "snowman"}) or len(said & COLD) > len(said & WARM),
        "warm": len(said & WARM) > len(said & COLD) or "campfire" in kinds,
        "people": people > 0,
        "alone": people == 1,
        "crowded": people > 2,
        "nature": bool(kinds & NATURE),
        "indoors": bool(kinds & INDOORS),
        "neat": scene.manner == "neatly" or scene.arrangement == "in long rows",
        "scattered": scene.arrangement == "scattered",
    }
    graded = {
        "many": min(things / MOST_THINGS, 1.0),
        "empty": max(1 - things / 5, 0.0),
        "colourful": min(len(said & (WARM | COLD)) / 5, 1.0),
    }
    return {name: float(value) for name, value in found.items()} | graded


def speaks_for(adjective: str, scene: Scene) -> float:
    """How well an adjective fits a scene; 0 for one that says nothing here."""
    has = features(scene)
    return float(np.sum([weight * has[name] for name, weight in MOODS.get(adjective, {}).items()]))
