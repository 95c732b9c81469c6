"""The places of a survey: each fixes in advance a form, its order and its sides."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from surveys.designs.frame import Cell, Frame, frame_of
from surveys.designs.orders import balanced_orders, evened_order
from surveys.designs.sides import balanced_sides
from surveys.designs.squares import random_square


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One stimulus at a place: `position` from 1, `side` of the original "left", "right" or "" (no sides).

    What is not of `kind` "study" never counts: "attention", "gold" and "training" show the check named by `check` (and
    no original and method), "repeat" shows a stimulus of this place again.
    """

    position: int
    original: str
    method: str
    side: str
    kind: str = "study"
    check: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """A form to be filled by one participant: `number` runs from 1 over the survey, `form` from 1 over the block."""

    number: int
    block: int
    form: int
    items: tuple[PlannedItem, ...]


def plan_places(
    originals: Sequence[tuple[str, str]],
    methods: Sequence[str],
    raters: int,
    seed: int,
    absent: Collection[Cell] = (),
    sides: bool = True,
    items_per_form: int | None = None,
) -> tuple[PlannedPlace, ...]:
    """Plan the places of a survey in which every stimulus is shown to exactly `raters` participants.

    Each block is a freshly drawn square of as many forms as methods; its forms share one order of the originals. An
    absent cell shortens its form; a form left without any item is not planned. The same arguments give the same plan.

    With `items_per_form` each form of the square is cut into forms of so many items, the last one of what remains. A
    cut keeps neighbours of the square together, so that the methods of a short form differ by at most one, too; within
    short forms the positions of an original are evened out one block after another.

    Parameters
    ----------
    originals : sequence of (slug, category)
        The originals that can be shown.
    methods : sequence of str
        The methods to compare.
    raters : int
        Times each stimulus is shown (at least 1); the number of blocks.
    seed : int
        Seed of every random choice.
    absent : collection of (original, method), optional
        Cells without a stimulus.
    sides : bool, optional
        Whether an item shows the original beside the stimulus; if not, every side is "".
    items_per_form : int, optional
        Items of a form, from 1; by default, and where there are no more originals, a form shows all of them.

    Returns
    -------
    tuple of PlannedPlace
        Block by block, numbered from 1.

    Raises
    ------
    DesignError
        If nothing can be shown, a name occurs twice, or an absent cell is unknown.
    """
    frame = frame_of(originals, methods, raters, absent, items_per_form)
    rng = Random(seed)
    forms = list(_forms(frame, rng) if frame.whole else _short_forms(frame, rng))
    places = tuple(
        PlannedPlace(number, block, form, items) for number, (block, form, items) in enumerate(forms, start=1)
    )
    return _with_sides(places, rng) if sides else places


def _forms(frame: Frame, rng: Random) -> Iterator[tuple[int, int, tuple[PlannedItem, ...]]]:
    orders = balanced_orders([slug for slug, _ in frame.originals], rng)
    for block, order in enumerate(islice(orders, frame.raters), start=1):
        for form, method_of in enumerate(random_square(frame, rng), start=1):
            if items := _items(order, method_of, frame.absent):
                yield block, form, items


def _short_forms(frame: Frame, rng: Random) -> Iterator[tuple[int, int, tuple[PlannedItem, ...]]]:
    """Yield the forms of squares that are cut; all forms of a block share its cuts and its orders."""
    seen: Counter[tuple[str, int]] = Counter()
    for block in range(1, frame.raters + 1):
        square = random_square(frame, rng)
        orders = [evened_order(group, seen, rng) for group in _cut(list(square[0]), frame.form_size)]
        cut = ((order, method_of) for method_of in square for order in orders)
        for form, (order, method_of) in enumerate(cut, start=1):
            if items := _items(order, method_of, frame.absent):
                yield block, form, items


def _cut(originals: Sequence[str], size: int) -> list[Sequence[str]]:
    return [originals[start : start + size] for start in range(0, len(originals), size)]


def _items(order: Sequence[str], method_of: dict[str, str], absent: Collection[Cell]) -> tuple[PlannedItem, ...]:
    cells = [(original, method_of[original]) for original in order]
    shown = [cell for cell in cells if cell not in absent]
    return tuple(PlannedItem(position, *cell, side="") for position, cell in enumerate(shown, start=1))


def _with_sides(places: Sequence[PlannedPlace], rng: Random) -> tuple[PlannedPlace, ...]:
    showings = [(place.number, (item.original, item.method)) for place in places for item in place.items]
    sides = iter(balanced_sides(showings, rng))
    return tuple(
        replace(place, items=tuple(replace(item, side=next(sides)) for item in place.items)) for place in places
    )
