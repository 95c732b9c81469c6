"""More places for a few stimuli: as few forms as can be, each original at most once in each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from random import Random
from typing import Any

from surveys.designs.frame import Cell, DesignError
from surveys.designs.orders import evened_order
from surveys.designs.places import PlannedItem, PlannedPlace
from surveys.designs.sides import balanced_sides
from surveys.designs.squares import shuffled
from surveys.designs.tally import Range, range_of, spread


@dataclass(frozen=True)
class TopUpProof:
    """What the further places show, recounted from them; `problems` names every broken promise."""

    places: int
    blocks: int
    stimuli: int
    more: Range
    form_length: Range
    largest_side_difference_of_stimulus: int
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proof in plain data, ready for JSON."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


def plan_top_up(
    needs: Mapping[Cell, int], form_size: int, seed: int, after: tuple[int, int] = (0, 0), sides: bool = True
) -> tuple[PlannedPlace, ...]:
    """Plan places in which each stimulus is shown as often as it still needs, and nothing else.

    A block shows each stimulus that still needs a rating once, on as few forms as can be: as many as the original with
    the most such stimuli has, or as it takes for no form to be longer than `form_size`. Forms of a block differ in
    length by at most one item. What comes before what is not balanced.

    Parameters
    ----------
    needs : mapping of (original, method) to int
        How many more people each stimulus is shown to, at least 1.
    form_size : int
        Most items of a form, from 1.
    seed : int
        Seed of every random choice.
    after : (int, int), optional
        Number of the last place and of the last block there are already.
    sides : bool, optional
        Whether an item shows the original beside the stimulus; if not, every side is "".

    Returns
    -------
    tuple of PlannedPlace
        Block by block, numbered on from `after`.

    Raises
    ------
    DesignError
        If nothing is needed, or a number makes no sense.
    """
    if not needs:
        raise DesignError("No stimulus needs more ratings: there is nothing to plan.")
    if form_size < 1 or min(needs.values()) < 1:
        raise DesignError("A form needs at least one item, and a stimulus at least one more rating.")
    rng = Random(f"top-up {seed}")
    seen: Counter[tuple[str, int]] = Counter()
    number, block = after
    places: list[PlannedPlace] = []
    for wanted in range(1, max(needs.values()) + 1):
        cells = [cell for cell, need in needs.items() if need >= wanted]
        for form, shown in enumerate(_forms(cells, form_size, rng), start=1):
            number += 1
            method_of = dict(shown)
            order = evened_order(sorted(method_of), seen, rng)
            items = (PlannedItem(at, original, method_of[original], "") for at, original in enumerate(order, start=1))
            places.append(PlannedPlace(number, block + wanted, form, tuple(items)))
    return _with_sides(places, rng) if sides else tuple(places)


def _forms(cells: Sequence[Cell], size: int, rng: Random) -> list[list[Cell]]:
    """Share out stimuli over forms: an original's go to different ones, always to those with the fewest items."""
    methods: defaultdict[str, list[str]] = defaultdict(list)
    for original, method in cells:
        methods[original].append(method)
    forms: list[list[Cell]] = [[] for _ in range(max(*map(len, methods.values()), -(-len(cells) // size)))]
    counts: list[Counter[str]] = [Counter() for _ in forms]
    for original in shuffled(sorted(methods), rng):
        free = set(range(len(forms)))
        for method in shuffled(methods[original], rng):
            form = min(free, key=lambda index: (len(forms[index]), counts[index][method], rng.random()))
            free.remove(form)
            forms[form].append((original, method))
            counts[form][method] += 1
    return forms


def _with_sides(places: Sequence[PlannedPlace], rng: Random) -> tuple[PlannedPlace, ...]:
    showings = [(place.number, (item.original, item.method)) for place in places for item in place.items]
    sides = iter(balanced_sides(showings, rng))
    return tuple(
        replace(place, items=tuple(replace(item, side=next(sides)) for item in place.items)) for place in places
    )


def prove_top_up(
    places: Sequence[PlannedPlace], needs: Mapping[Cell, int], form_size: int, sides: bool = True
) -> TopUpProof:
    """Recount further places, whoever planned or stored them, and say in words what is wrong.

    Parameters
    ----------
    places : sequence of PlannedPlace
        The further places alone, without what never counts (`study_alone`).
    needs, form_size, sides
        What they should be a plan for; as in `plan_top_up`.
    """
    shown = Counter((item.original, item.method) for place in places for item in place.items)
    on_sides: defaultdict[Cell, Counter[str]] = defaultdict(lambda: Counter(left=0, right=0))
    for place in places:
        for item in place.items:
            on_sides[item.original, item.method][item.side] += 1
    differences = [spread(counts.values()) for counts in on_sides.values()] if sides else []
    return TopUpProof(
        places=len(places),
        blocks=len({place.block for place in places}),
        stimuli=len(shown),
        more=range_of(shown.values()),
        form_length=range_of(len(place.items) for place in places),
        largest_side_difference_of_stimulus=max(differences, default=0),
        problems=tuple(chain(_amounts(shown, needs), _places(places, form_size), _sides(on_sides, sides))),
    )


def _amounts(shown: Counter[Cell], needs: Mapping[Cell, int]) -> Iterator[str]:
    for cell in sorted({*shown, *needs}):
        if shown[cell] != needs.get(cell, 0):
            yield f"{'.'.join(cell)} is shown {shown[cell]} times more, not {needs.get(cell, 0)}."


def _places(places: Sequence[PlannedPlace], form_size: int) -> Iterator[str]:
    for place in places:
        originals = Counter(item.original for item in place.items)
        if not 1 <= len(place.items) <= form_size:
            yield f"Place {place.number} has {len(place.items)} items: there are 1 to {form_size}."
        for original in (name for name, times in originals.items() if times > 1):
            yield f"Place {place.number} shows original {original} more than once."


def _sides(on_sides: Mapping[Cell, Counter[str]], sides: bool) -> Iterator[str]:
    for cell, counts in sorted(on_sides.items()):
        if not sides and set(counts.elements()) - {""}:
            yield f"{'.'.join(cell)} has a side where no original stands beside it."
        if sides and (spread(counts.values()) > 1 or set(counts) > {"left", "right"}):
            yield f"The sides of {'.'.join(cell)} differ by more than one."
