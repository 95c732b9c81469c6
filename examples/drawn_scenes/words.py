"""From a scene to its caption and back.

The captions follow the guide, in its order: (a) central things with attributes, (b) their geometry, (c) their action,
(d) the immediate context, (e) the background, (f) the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from examples.drawn_scenes.scenes import Scene, Thing
from examples.drawn_scenes.vocabulary import BARE, GROUNDS, HELD, NOUNS, NUMBERS, SLOTS, UNCOUNTED, WORN

Level = Literal["short", "medium", "long"]
LEVELS: tuple[Level, ...] = get_args(Level)
_COUNTS = {count: word for word, count in NUMBERS.items()}


def describe(scene: Scene, level: Level) -> str:
    """Caption a scene: short says (a), medium (a) to (d), long (a) to (f)."""
    central = scene.part("a")
    pieces = [_listed(_brief(central) if level == "short" else central)]
    if level != "short":
        pieces.append(" ".join(filter(None, (scene.arrangement, scene.action, scene.manner))))
        pieces[-1] += _near(scene)
    if level == "long":
        pieces.append("in front of " + _listed(scene.part("e")))
        pieces.append(_when(scene))
    return ", ".join(pieces)


def _brief(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    most = 3 if len(things) == 1 else 2
    return tuple(replace(thing, attributes=thing.attributes[:most]) for thing in things)


def _near(scene: Scene) -> str:
    near = scene.part("d")
    ground = [thing for thing in near if thing.kind in GROUNDS][:1]
    others = [thing for thing in near if thing not in ground]
    text = "".join(f" {GROUNDS[thing.kind]} {phrase(thing)}" for thing in ground)
    return text + (f" beside {_listed(others)}" if others else "")


def _when(scene: Scene) -> str:
    preposition = "on" if scene.time in ("morning", "afternoon", "evening") else "at"
    return f"{preposition} {_article(f'{scene.weather} {scene.time}')}"


def phrase(thing: Thing) -> str:
    """A thing in words, for example ``a glossy red teapot with a golden handle``."""
    one, many = NOUNS[thing.kind]
    said = [thing.get(slot) for slot in SLOTS if thing.get(slot)]
    words = " ".join([*said, one if thing.count == 1 else many])
    if thing.count > 1:
        return f"{_COUNTS[thing.count]} {words}" + _parts(thing)
    return (words if thing.kind in BARE else _article(words)) + _parts(thing)


def _parts(thing: Thing) -> str:
    """What belongs to a thing: ``with dark hair in a yellow raincoat and a straw hat``."""
    own = [(name, word) for name, word in thing.attributes if name not in SLOTS]
    had = [_part(name, word) for name, word in own if name not in WORN]
    worn = [_part(name, word) for name, word in own if name in WORN]
    return (f" with {_join(had)}" if had else "") + (f" in {_join(worn)}" if worn else "")


def _part(name: str, word: str) -> str:
    return f"{word} {name}" if name in UNCOUNTED else _article(f"{word} {name}")


def _listed(things: Sequence[Thing]) -> str:
    loose = [phrase(thing) for thing in things if thing.kind not in HELD]
    held = "".join(f" {HELD[thing.kind]} {phrase(thing)}" for thing in things if thing.kind in HELD)
    return _join(loose) + held


def _join(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
