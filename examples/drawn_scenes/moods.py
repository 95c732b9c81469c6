"""How a picture feels: what hour, weather, things and people say for an adjective; an unknown one says nothing."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.scenes import Scene

PEOPLE = {"woman", "man", "girl", "boy"}
WARM, COLD = {"red", "orange", "yellow", "golden", "pink", "warm"}, {"blue", "grey", "white", "teal", "silver"}
MOST_THINGS = 10

# What a picture has, to how much it speaks for the adjective: the twelve of Survey C, and the four the paper names.
MOODS: dict[str, dict[str, float]] = {
    "calm": {"still": 1.0, "crowded": -0.5, "storm": -1.0},
    "lively": {"moving": 0.9, "people": 0.4, "many": 0.3},
    "joyful": {"happy": 1.0, "bright": 0.4, "dark": -0.8},
    "gloomy": {"dark": 0.8, "storm": 0.6, "happy": -1.0},
    "friendly": {"people": 0.5, "happy": 0.5, "warm": 0.4, "storm": -0.5},
    "unsettling": {"dark": 0.7, "storm": 0.4, "happy": -1.0, "bright": -0.6},
    "lonely": {"empty": 0.7, "alone": 0.7, "crowded": -1.0},
    "tender": {"warm": 0.4, "people": 0.4, "still": 0.4, "storm": -0.8},
    "grand": {"nature": 0.6, "glow": 0.5, "storm": 0.4, "indoors": -0.8},
    "plain": {"empty": 0.7, "colourful": -0.6},
    "dreamlike": {"glow": 0.9, "still": 0.3},
    "crowded": {"crowded": 1.0, "many": 0.6},
    "busy": {"many": 1.0, "crowded": 0.5},
    "cheerful": {"happy": 0.9, "bright": 0.5, "dark": -0.8},
    "eerie": {"dark": 0.7, "empty": 0.5, "storm": 0.4, "happy": -1.0},
    "pleasing": {"bright": 0.3, "glow": 0.4, "nature": 0.3},
}
LAND = {"hills", "mountains", "meadow", "valley", "cliff", "trees", "pines", "lavender"}
WATER = {"sea", "lake", "river", "shore"}
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
        "nature": bool(kinds & (LAND | WATER)),
        "indoors": bool(kinds & INDOORS),
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
