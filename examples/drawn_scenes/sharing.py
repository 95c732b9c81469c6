"""What two pictures of the world have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from examples.drawn_scenes.scenes import Scene, Thing

PART_WEIGHTS = {"a": 3.0, "d": 1.0, "e": 1.0}
EXISTS, COUNT, ATTRIBUTES, LOOK = 0.42, 0.05, 0.25, 0.28
SCENE_WEIGHTS = {"arrangement": 0.5, "action": 0.6, "manner": 0.2, "time": 0.9, "weather": 0.5}


@dataclass(frozen=True)
class Sight:
    """What is known of one picture.

    ``visible`` tells per thing how well it can be seen (1 if not listed). ``look`` names whose exact look and place the
    pixels have: words never carry these, so for a picture redrawn from words it is empty.
    """

    scene: Scene
    visible: dict[str, float] = field(default_factory=dict)
    look: str = ""

    def sees(self, kind: str) -> float:
        return self.visible.get(kind, 1.0)

    @property
    def overall(self) -> float:
        """Mean visibility, weighted like the things."""
        total = sum(_weight(thing) for thing in self.scene.things)
        return sum(_weight(thing) * self.sees(thing.kind) for thing in self.scene.things) / total if total else 1.0


def shared(a: Sight, b: Sight) -> float:
    """Share of what two pictures show that both show, 0 to 1: things with count, attributes, look; and the scene."""
    things_a, things_b = ({thing.kind: thing for thing in sight.scene.things} for sight in (a, b))
    got = total = 0.0
    for kind in {**things_a, **things_b}:
        one, two = things_a.get(kind), things_b.get(kind)
        weight = max(_weight(thing) for thing in (one, two) if thing)
        total += weight
        if one and two:
            got += weight * _alike(one, two, bool(a.look) and a.look == b.look) * a.sees(kind) * b.sees(kind)
    for name, weight in SCENE_WEIGHTS.items():
        said = [getattr(sight.scene, name) for sight in (a, b)]
        if any(said):
            total += weight
            got += weight * (said[0] == said[1]) * a.overall * b.overall
    return got / total if total else 0.0


def _weight(thing: Thing) -> float:
    return PART_WEIGHTS[thing.part]


def _alike(one: Thing, two: Thing, same_look: bool) -> float:
    attributes = {*one.attributes, *two.attributes}
    slots = {slot for slot, _ in attributes}
    agreed = len(set(one.attributes) & set(two.attributes)) / len(slots) if slots else 1.0
    return EXISTS + COUNT * (one.count == two.count) + ATTRIBUTES * agreed + LOOK * same_look
