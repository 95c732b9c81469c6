"""What the given places really show, counted from nothing but the places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from surveys.designs.frame import Cell, Frame
from surveys.designs.places import PlannedItem, PlannedPlace

Range = tuple[int, int]
"""The smallest and the largest count."""


@dataclass(frozen=True)
class Tally:
    """Counts over places, for the originals and methods of a frame."""

    frame: Frame
    places: Sequence[PlannedPlace]

    @cached_property
    def shown(self) -> Counter[Cell]:
        """Times each stimulus is shown."""
        return Counter((item.original, item.method) for place in self.places for item in place.items)

    @cached_property
    def shown_in_block(self) -> Counter[tuple[int, Cell]]:
        """Times each stimulus is shown in each block."""
        return Counter((place.block, (item.original, item.method)) for place in self.places for item in place.items)

    @cached_property
    def repeats(self) -> list[tuple[int, str]]:
        """Numbers of the places that show an original more than once, with that original."""
        shown = ((place.number, Counter(item.original for item in place.items)) for place in self.places)
        return [(number, original) for number, counts in shown for original, times in counts.items() if times > 1]

    @cached_property
    def methods(self) -> list[tuple[int, Counter[str]]]:
        """For each place its number and how many items it shows by each method."""
        return [(place.number, Counter(item.method for item in place.items)) for place in self.places]

    @cached_property
    def methods_in_category(self) -> list[tuple[int, str, Counter[str]]]:
        """For each place and category how many items it shows by each method."""
        return [
            (place.number, category, self._methods_within(place, category))
            for place in self.places
            for category in self.frame.category_sizes
        ]

    def _methods_within(self, place: PlannedPlace, category: str) -> Counter[str]:
        category_of = self.frame.category_of
        return Counter(item.method for item in place.items if category_of.get(item.original) == category)

    @cached_property
    def stimulus_sides(self) -> dict[Cell, tuple[int, int]]:
        """For each stimulus how often its original stands left, and right."""
        sides = Counter(((item.original, item.method), item.side) for place in self.places for item in place.items)
        return {cell: (sides[cell, "left"], sides[cell, "right"]) for cell in self.shown}

    @cached_property
    def place_sides(self) -> dict[int, tuple[int, int]]:
        """For each place's number how many originals stand left, and right."""
        sides = Counter((place.number, item.side) for place in self.places for item in place.items)
        return {place.number: (sides[place.number, "left"], sides[place.number, "right"]) for place in self.places}

    @cached_property
    def position_spread(self) -> dict[Cell, int]:
        """For each stimulus the difference between its most and its least frequent position, of the longest form."""
        at = Counter(((item.original, item.method), item.position) for place in self.places for item in place.items)
        positions = range(1, max(self.lengths) + 1)
        return {cell: spread(at[cell, position] for position in positions) for cell in self.shown}

    @cached_property
    def successions(self) -> Counter[tuple[str, str]]:
        """Times each original comes immediately after each other one, over all places."""
        seen = Counter(
            (before.original, after.original) for place in self.places for before, after in pairwise(in_order(place))
        )
        slugs = [slug for slug, _ in self.frame.originals]
        return Counter({(a, b): seen[a, b] for a in slugs for b in slugs if a != b})

    @cached_property
    def lengths(self) -> list[int]:
        """Number of items of each place."""
        return [len(place.items) for place in self.places] or [0]

    @cached_property
    def distinct_forms(self) -> int:
        """Number of different sets of stimuli that the places show."""
        return len({frozenset((item.original, item.method) for item in place.items) for place in self.places})


def in_order(place: PlannedPlace) -> list[PlannedItem]:
    """Return a place's items by position."""
    return sorted(place.items, key=lambda item: item.position)


def range_of(counts: Iterable[int]) -> Range:
    """Return the smallest and the largest count; (0, 0) of nothing."""
    every = list(counts) or [0]
    return min(every), max(every)


def spread(counts: Iterable[int]) -> int:
    """Return the largest count minus the smallest."""
    least, most = range_of(counts)
    return most - least
