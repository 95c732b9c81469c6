"""The colour words of the world."""

from __future__ import annotations

from examples.drawn_scenes.drawing.light import Colour, rgb

COLOURS: dict[str, Colour] = {
    "red": rgb("c8322d"),
    "orange": rgb("e5812c"),
    "yellow": rgb("efc02f"),
    "golden": rgb("dca545"),
    "green": rgb("4f8a45"),
    "turquoise": rgb("3fb0a8"),
    "teal": rgb("2f7478"),
    "blue": rgb("3a6fb5"),
    "navy": rgb("27365f"),
    "purple": rgb("7d5bb0"),
    "pink": rgb("e87fa0"),
    "white": rgb("f1eee8"),
    "cream": rgb("efe3c8"),
    "silver": rgb("c3c7cc"),
    "grey": rgb("8d9096"),
    "black": rgb("2b2c31"),
    "brown": rgb("8a5a38"),
    "dark": rgb("2e2a2c"),
    "straw": rgb("e0c27c"),
    "wooden": rgb("a4713f"),
    "blonde": rgb("dcb768"),
    "warm": rgb("ffd08a"),
}


def colour(word: str, default: str = "grey") -> Colour:
    return COLOURS.get(word, COLOURS[default])
