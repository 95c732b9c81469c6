"""The one search for a file of a wanted size, for any encoder with one knob."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

Knob = TypeVar("Knob")
TOLERANCE = 0.005  # of the target, below it
AIM = 0.5  # of the tolerance: where in it the search aims
MAX_STEPS = 40


@dataclass(frozen=True, slots=True)
class Axis:
    """Where an encoder's knob can stand, laid out so that the logarithm of the size falls about evenly along it.

    Attributes
    ----------
    low, high
        Its ends: files get smaller from low to high, by and large.
    start
        First guess.
    slope
        Of log size per unit, as photographs have it on average; negative.
    settings
        Number of settings between two places: a search ends where there is none left to try.
    grid
        Distance of the only places there are; 0 when there are places everywhere.
    """

    low: float
    high: float
    start: float
    slope: float
    settings: Callable[[float, float], int]
    grid: float = 0.0

    def place(self, wanted: float) -> float:
        """Return the place that exists nearest to a wanted one."""
        place = min(max(wanted, self.low), self.high)
        return round(place / self.grid) * self.grid if self.grid else place


class Guide(Protocol):
    """Knows roughly where a size lies, from something cheaper than encoding the picture."""

    def place(self, log_size: float) -> float:
        """Return where a file should have that size."""

    def learn(self, place: float, size_bytes: int) -> None:
        """Take note of a file's true size."""


@dataclass(frozen=True, slots=True)
class Attempt(Generic[Knob]):
    """One encoding: the knob it was made with, and the file."""

    knob: Knob
    data: bytes

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return len(self.data)


@dataclass(slots=True)
class Bracket:
    """The narrowest pair of places known around the target: ``above`` is too large, ``below`` fits."""

    target: int
    above: Attempt[float] | None = None
    below: Attempt[float] | None = None
    stalls: int = field(default=0)

    def add(self, attempt: Attempt[float]) -> None:
        """Narrow the bracket by one more encoding."""
        fits = attempt.size_bytes <= self.target
        kept = self.below is not None if fits else self.above is not None
        self.stalls = self.stalls + 1 if kept else 0
        if fits:
            self.below = attempt
        else:
            self.above = attempt

    def within(self, tolerance: float) -> bool:
        """Tell whether the file that fits is near enough to the target."""
        return self.below is not None and self.below.size_bytes >= self.target * (1 - tolerance)

    def exhausted(self, axis: Axis) -> bool:
        """Tell whether no setting is left to try."""
        if self.above is None:
            return self.below is not None and self.below.knob <= axis.low
        if self.below is None:
            return self.above.knob >= axis.high
        return axis.settings(self.above.knob, self.below.knob) <= 1

    def next_place(self, tolerance: float, axis: Axis, guide: Guide | None) -> float:
        """Return where to look next: where the guide or the line through both ends says, or halfway when slow."""
        wanted = math.log(self.target * (1 - AIM * tolerance))
        guess = guide.place(wanted) if guide and self.stalls < 2 else None
        if self.above is not None and self.below is not None:
            return self._inside(_between(self.above, self.below, wanted, self.stalls) if guess is None else guess, axis)
        only = self.above or self.below
        assert only is not None, "at least one attempt stands in the bracket"
        return self._beyond(only, guess, wanted, axis)

    def _inside(self, guess: float, axis: Axis) -> float:
        """Return the place for a guess that is neither end."""
        assert self.above is not None, "both ends are known"
        assert self.below is not None, "both ends are known"
        left, right = self.above.knob, self.below.knob
        margin = max(0.02 * (right - left), axis.grid)
        return axis.place(min(max(guess, left + margin), right - margin))

    def _beyond(self, only: Attempt[float], guess: float | None, wanted: float, axis: Axis) -> float:
        """Return a place on the far side of the only end."""
        missing = wanted - math.log(only.size_bytes)
        step = missing / axis.slope
        if guess is not None and (guess - only.knob) * step > 0:
            return self._apart(guess, only, axis)
        step += math.copysign((0.175 + 0.35 * self.stalls) / -axis.slope, step)  # rather too far, to close the bracket
        return self._apart(only.knob + step, only, axis)

    def _apart(self, guess: float, only: Attempt[float], axis: Axis) -> float:
        place = axis.place(guess)
        if place != only.knob:
            return place
        return axis.place(place + math.copysign(axis.grid, only.size_bytes - self.target - 0.5))


def _between(above: Attempt[float], below: Attempt[float], wanted: float, stalls: int) -> float:
    over, under = math.log(above.size_bytes), math.log(below.size_bytes)
    share = 0.5 if stalls % 3 == 2 else (over - wanted) / (over - under)
    return above.knob + share * (below.knob - above.knob)


def fit(
    encode: Callable[[float], bytes],
    target: int,
    axis: Axis,
    *,
    start: float | None = None,
    tolerance: float = TOLERANCE,
    guide: Guide | None = None,
) -> Bracket:
    """Search the largest file that is not larger than the target.

    Parameters
    ----------
    encode
        Makes a file for a place on the axis.
    target
        Most bytes of the file.
    start
        First place, where it is known better than by the axis or the guide.
    tolerance
        Share of the target that may stay unused.
    guide
        What is known about sizes beforehand.

    Returns
    -------
    Bracket
        ``below`` is the file, None when not even the highest place fits; ``above`` is the nearest that is too large.
    """
    bracket = Bracket(target)
    place = axis.place(_first(target, axis, start, tolerance, guide))
    for _ in range(MAX_STEPS):
        attempt = Attempt(place, encode(place))
        bracket.add(attempt)
        if guide:
            guide.learn(place, attempt.size_bytes)
        if bracket.within(tolerance) or bracket.exhausted(axis):
            break
        place = bracket.next_place(tolerance, axis, guide)
    return bracket


def _first(target: int, axis: Axis, start: float | None, tolerance: float, guide: Guide | None) -> float:
    if start is not None:
        return start
    return guide.place(math.log(target * (1 - AIM * tolerance))) if guide else axis.start
