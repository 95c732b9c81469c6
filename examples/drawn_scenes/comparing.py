"""What two pictures of the world have in common, seen from one side at a time: the five things that Survey B asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from examples.drawn_scenes.scenes import Thing
from examples.drawn_scenes.sharing import PART_WEIGHTS, Sight, shared
from examples.drawn_scenes.vocabulary import PARTS

SAME_COUNT = 0.2
SAID, SEEN = 0.6, 0.4  # attributes that words carry, and the exact look that only pixels carry
ARRANGED, DOING, PLACED = 0.35, 0.25, 0.4
LIGHT = 3.0  # the hour's light colours the whole picture
COLOURED = {"colour", *PARTS}


def objects(a: Sight, b: Sight) -> float:
    """Share of the things, alike in number, that both show."""
    return _share((w, _seen(one, two, a, b) * _number(one, two)) for w, one, two in _matched(a, b))


def appearance(a: Sight, b: Sight) -> float:
    """How alike the things look that both show; 0 when there is none."""
    look = SEEN * _same_look(a, b)
    both = ((w, one, two) for w, one, two in _matched(a, b) if one and two)
    return _share((w, (SAID * _agreed(one, two) + look) * _seen(one, two, a, b)) for w, one, two in both)


def position(a: Sight, b: Sight) -> float:
    """How alike the things stand that both show: arrangement, action, and the exact place that words never carry."""
    alike = PLACED * _same_look(a, b)
    alike += ARRANGED * (a.scene.arrangement == b.scene.arrangement != "")
    alike += DOING * (a.scene.action == b.scene.action != "")
    return alike * objects(a, b)


def surroundings(a: Sight, b: Sight) -> float:
    """Share of what is near, far and in the air that both show."""
    around = [(w, _seen(one, two, a, b)) for w, one, two in _matched(a, b, parts="de")]
    for name in ("time", "weather"):
        said = {getattr(sight.scene, name) for sight in (a, b)}
        around += [(1.0, float(len(said) == 1) * a.overall * b.overall)] if said != {""} else []
    return _share(around)


def colours(a: Sight, b: Sight) -> float:
    """Share of the colours, and of the light, that both show in the same things."""
    every = [(w, _seen(one, two, a, b) * _agreed(one, two, COLOURED)) for w, one, two in _matched(a, b)]
    same = a.scene.time == b.scene.time
    return _share([*every, (LIGHT, float(same) * a.overall * b.overall)])


DIMENSIONS: dict[str, Callable[[Sight, Sight], float]] = {
    "objects": objects,
    "appearance": appearance,
    "position": position,
    "surroundings": surroundings,
    "colours": colours,
}


def in_common(question: str, a: Sight, b: Sight) -> float:
    """What two pictures share in the respect that a question asks for; in all respects for any other question."""
    return DIMENSIONS.get(question, shared)(a, b)


def _matched(a: Sight, b: Sight, parts: str = "ade") -> Iterator[tuple[float, Thing | None, Thing | None]]:
    """Each kind of thing with its weight, as each picture has it."""
    things_a, things_b = ({t.kind: t for t in s.scene.things if t.part in parts} for s in (a, b))
    for kind in {**things_a, **things_b}:
        one, two = things_a.get(kind), things_b.get(kind)
        yield max(PART_WEIGHTS[thing.part] for thing in (one, two) if thing), one, two


def _seen(one: Thing | None, two: Thing | None, a: Sight, b: Sight) -> float:
    return a.sees(one.kind) * b.sees(two.kind) if one and two else 0.0


def _number(one: Thing | None, two: Thing | None) -> float:
    return 1.0 if one and two and one.count == two.count else 1 - SAME_COUNT


def _agreed(one: Thing | None, two: Thing | None, among: set[str] | None = None) -> float:
    """Share of the attributes that are the same in both; all of them where there is none."""
    if not (one and two):
        return 0.0
    said = [{pair for pair in thing.attributes if among is None or pair[0] in among} for thing in (one, two)]
    slots = {slot for slot, _ in said[0] | said[1]}
    return len(said[0] & said[1]) / len(slots) if slots else 1.0


def _same_look(a: Sight, b: Sight) -> bool:
    return bool(a.look) and a.look == b.look


def _share(parts: Iterator[tuple[float, float]] | list[tuple[float, float]]) -> float:
    rows = list(parts)
    total = sum(weight for weight, _ in rows)
    return sum(weight * got for weight, got in rows) / total if total else 0.0
