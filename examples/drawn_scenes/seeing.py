"""What a person names in one picture, in order, and how they say that the first two relate."""

from __future__ import annotations

import numpy as np

from examples.drawn_scenes.everyday import words_for
from examples.drawn_scenes.scenes import Thing
from examples.drawn_scenes.sharing import PART_WEIGHTS, Sight
from examples.drawn_scenes.vocabulary import GROUNDS, NUMBERS

HOW_MANY = {1: 0.10, 2: 0.22, 3: 0.34, 4: 0.20, 5: 0.14}
NOTICED, STRAY = 0.25, 0.45  # below which visibility nothing is made out; how far the order strays from the weights
SYNONYM, NUMBERED, ONE_FOR_MANY, SLIP = 0.3, 0.08, 0.12, 0.03
PEOPLE = ("woman", "man", "girl", "boy")
_COUNTS = {count: word for word, count in NUMBERS.items()}
TOGETHER = {
    "playing": ("playing together", "playing"),
    "singing": ("singing together", "singing"),
    "picnicking": ("having a picnic", "eating together", "picnicking"),
    "walking": ("walking together",),
    "sitting": ("sitting together",),
    "running": ("running together",),
}
HOLDING = {
    "umbrella": ("holding", "walking under", "carrying"),
    "kite": ("flying", "holding", "playing with"),
    "guitar": ("playing", "holding"),
    "dog": ("walking", "next to"),
    "bench": ("sitting on", "sitting"),
    "sled": ("playing with", "pulling"),
    "snowman": ("building", "playing with"),
    "basket": ("carrying", "next to"),
}
BESIDE = ("next to each other", "side by side", "lying together", "standing next to")


def noticed(sight: Sight, rng: np.random.Generator) -> list[Thing]:
    """The things that stand out, most important first: central ones mostly, and those that can be made out."""
    seen = [thing for thing in sight.scene.things if sight.sees(thing.kind) >= NOTICED]
    strength = {t.kind: np.log(PART_WEIGHTS[t.part] * sight.sees(t.kind)) - 0.08 * n for n, t in enumerate(seen)}
    order = sorted(seen, key=lambda thing: -(strength[thing.kind] + STRAY * rng.normal()))
    return order[: int(rng.choice(list(HOW_MANY), p=list(HOW_MANY.values())))]


def name(thing: Thing, rng: np.random.Generator) -> str:
    """A thing in a person's own words: a synonym now and then, the plural as a rule, a slip of the finger rarely."""
    known = words_for(thing.kind)
    one, many = known[0]
    if len(known) > 1 and rng.random() < SYNONYM:
        one, many = known[int(rng.integers(1, len(known)))]
    said = one if thing.count == 1 or rng.random() < ONE_FOR_MANY else many
    if said == many and thing.count in _COUNTS and rng.random() < NUMBERED:
        said = f"{_COUNTS[thing.count]} {many}"
    return _slipped(said, rng) if rng.random() < SLIP else said


def relation(first: Thing, second: Thing, sight: Sight, rng: np.random.Generator) -> str:
    """The first two things in one verb phrase."""
    return str(rng.choice(_relations(first, second, sight.scene.action)))


def _relations(first: Thing, second: Thing, action: str) -> tuple[str, ...]:
    kinds = (first.kind, second.kind)
    people = [kind for kind in kinds if kind in PEOPLE]
    if len(people) == 2:
        return TOGETHER.get(action, ("standing together", "next to each other"))
    other = next((kind for kind in kinds if kind not in PEOPLE), "")
    if people and other in HOLDING:
        return HOLDING[other]
    if ground := next((kind for kind in kinds[::-1] if kind in GROUNDS), ""):
        where = GROUNDS[ground]
        return (f"{action} {where}", where) if action else (where, f"standing {where}")
    if "e" in (first.part, second.part):
        return ("in front of", "behind") if first.part != "e" else ("behind", "in the background")
    return (f"{action} together", *BESIDE) if action in ("lying", "standing", "glowing") else BESIDE


def _slipped(word: str, rng: np.random.Generator) -> str:
    """Two letters change places, or one is typed twice."""
    if len(word) < 4:
        return word
    at = int(rng.integers(1, len(word) - 1))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return swapped if rng.random() < 0.5 else word[:at] + word[at] + word[at:]
