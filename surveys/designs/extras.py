"""What is shown besides the study: checks woven into every form, practice before it and repeats at its end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from random import Random
from typing import Any

from surveys.designs.places import PlannedItem, PlannedPlace
from surveys.designs.tally import Range, range_of

WOVEN = ("attention", "gold")
ORIGINAL = "the original itself"
"""Stands for a method where originals are asked about, too; no method's slug has spaces. It never comes again."""


@dataclass(frozen=True)
class Extras:
    """The checks of a survey by their slugs.

    `attention` stands at the same positions of every form, `gold` at random ones; `training` comes first and has
    positions after all others; `repeats` stimuli of a place, not originals, come once more at its end.
    """

    attention: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    repeats: int = 0


@dataclass(frozen=True)
class ExtrasProof:
    """What the places show besides the study, recounted from them; `problems` names every broken promise."""

    attention_positions: tuple[int, ...]
    gold: int
    training: int
    repeats: Range
    items_shown: Range
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proof in plain data, ready for JSON."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


def with_extras(
    places: Sequence[PlannedPlace], extras: Extras, seed: int, sides: bool = True
) -> tuple[PlannedPlace, ...]:
    """Weave checks, practice and repeats into places; the order of the study's own items stays.

    Parameters
    ----------
    places : sequence of PlannedPlace
        Places of the study alone, as `plan_places` gives them.
    extras : Extras
        What is added to each of them.
    seed : int
        Seed of the positions of gold items and of what is repeated.
    sides : bool, optional
        Whether checks show two pictures, whose sides take turns from place to place.

    Returns
    -------
    tuple of PlannedPlace
        As many places; a form that is too short to repeat anything repeats less.
    """
    rng = Random(f"extras {seed}")
    fixed = _fixed_positions(min((len(place.items) for place in places), default=0), len(extras.attention))
    return tuple(_woven(place, extras, fixed, rng, sides) for place in places)


def _fixed_positions(shortest: int, count: int) -> list[int]:
    """Spread so many positions evenly over the shortest form and what is added to it."""
    return [max(step, round(step * (shortest + count + 1) / (count + 1))) for step in range(1, count + 1)]


def _woven(place: PlannedPlace, extras: Extras, fixed: Sequence[int], rng: Random, sides: bool) -> PlannedPlace:
    def check(slug: str, kind: str, number: int) -> PlannedItem:
        side = ("left", "right")[(place.number + number) % 2] if sides else ""
        return PlannedItem(0, "", "", side, kind, slug)

    items = list(place.items)
    for number, slug in enumerate(extras.gold):
        items.insert(rng.randint(0, len(items)), check(slug, "gold", number))
    for number, (slug, position) in enumerate(zip(extras.attention, fixed, strict=True)):
        items.insert(position - 1, check(slug, "attention", number))
    items += [replace(item, kind="repeat") for item in _repeated(place.items, extras.repeats, rng)]
    items += [check(slug, "training", number) for number, slug in enumerate(extras.training)]
    numbered = (replace(item, position=position) for position, item in enumerate(items, start=1))
    return replace(place, items=tuple(numbered))


def _repeated(items: Sequence[PlannedItem], repeats: int, rng: Random) -> list[PlannedItem]:
    """Draw what comes again from the first half, so that most of a form lies between the two times."""
    early = [item for item in items[: max(1, len(items) // 2)] if item.method != ORIGINAL]
    return rng.sample(early, min(repeats, len(early)))


def study_alone(places: Sequence[PlannedPlace]) -> tuple[PlannedPlace, ...]:
    """Return the places without what never counts, their items numbered anew from 1."""

    def alone(place: PlannedPlace) -> PlannedPlace:
        kept = [item for item in sorted(place.items, key=lambda item: item.position) if item.kind == "study"]
        numbered = (replace(item, position=position) for position, item in enumerate(kept, start=1))
        return replace(place, items=tuple(numbered))

    return tuple(alone(place) for place in places)


def prove_extras(places: Sequence[PlannedPlace], extras: Extras) -> ExtrasProof:
    """Recount what places show besides the study, whoever planned or stored them.

    Parameters
    ----------
    places : sequence of PlannedPlace
        The places as they are, for instance read back from a database.
    extras : Extras
        What they should show.

    Returns
    -------
    ExtrasProof
        The counts, and in words what is wrong.
    """
    kinds = [Counter(item.kind for item in place.items) for place in places]
    at = {tuple(item.position for item in place.items if item.kind == "attention") for place in places}
    shown = [len(place.items) - counts["training"] for place, counts in zip(places, kinds, strict=True)]
    return ExtrasProof(
        attention_positions=min(at, default=()),
        gold=len(extras.gold),
        training=len(extras.training),
        repeats=range_of(counts["repeat"] for counts in kinds),
        items_shown=range_of(shown),
        problems=tuple(chain(_problems(places, extras), _same_positions(at))),
    )


def _same_positions(at: set[tuple[int, ...]]) -> Iterator[str]:
    if len(at) > 1:
        yield "The attention checks do not stand at the same positions of every form."


def _problems(places: Sequence[PlannedPlace], extras: Extras) -> Iterator[str]:
    wanted = {"attention": extras.attention, "gold": extras.gold, "training": extras.training}
    for place in places:
        ordered = sorted(place.items, key=lambda item: item.position)
        if [item.position for item in ordered] != list(range(1, len(ordered) + 1)):
            yield f"The positions of place {place.number} have gaps."
        for kind, slugs in wanted.items():
            if sorted(item.check for item in ordered if item.kind == kind) != sorted(slugs):
                yield f"Place {place.number} does not show each {kind} check once."
        yield from _ends(place.number, ordered)


def _ends(number: int, ordered: Sequence[PlannedItem]) -> Iterator[str]:
    """Repeats follow all that is asked once and show only what was; practice has the last positions."""
    rank = {"repeat": 1, "training": 2}
    ranks = [rank.get(item.kind, 0) for item in ordered]
    if ranks != sorted(ranks):
        yield f"Place {number} has repeats or practice among its other items."
    asked = {(item.original, item.method, item.side) for item in ordered if item.kind == "study"}
    for item in ordered:
        if item.kind == "repeat" and (item.original, item.method, item.side) not in asked:
            yield f"Place {number} repeats {item.original}.{item.method}, which it did not show that way before."
