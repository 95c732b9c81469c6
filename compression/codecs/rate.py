"""The one search for a file of a wanted size, for any encoder with one continuous knob."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Knob = TypeVar("Knob")
TOLERANCE = 0.005  # of the target, below it
AIM = 0.4  # of the tolerance: where in it the search aims
SLOPE = -0.7  # of log size over log scale, as photographs have it on average
MAX_STEPS = 40


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
    """The narrowest pair known around the target: ``above`` is too large, ``below`` fits.

    The larger a knob, the smaller the file.
    """

    target: int
    above: Attempt[float] | None = None
    below: Attempt[float] | None = None
    _stalls: int = field(default=0)

    def add(self, attempt: Attempt[float]) -> None:
        """Narrow the bracket by one more encoding."""
        fits = attempt.size_bytes <= self.target
        kept = self.below is not None if fits else self.above is not None
        self._stalls = self._stalls + 1 if kept else 0
        if fits:
            self.below = attempt
        else:
            self.above = attempt

    def within(self, tolerance: float) -> bool:
        """Tell whether the file that fits is near enough to the target."""
        return self.below is not None and self.below.size_bytes >= self.target * (1 - tolerance)

    def next_knob(self, tolerance: float, low: float, high: float) -> float:
        """Return where to look next: by the line through both ends, or halfway when that gets slow."""
        wanted = math.log(self.target * (1 - AIM * tolerance))
        if self.above is not None and self.below is not None:
            return math.exp(self._between(wanted))
        only = self.above or self.below
        assert only is not None, "at least one attempt stands in the bracket"
        step = (wanted - math.log(only.size_bytes)) / SLOPE
        step += math.copysign(0.25 + 0.5 * self._stalls, step)  # beyond it rather than before, to close the bracket
        return min(max(only.knob * math.exp(step), low), high)

    def _between(self, wanted: float) -> float:
        assert self.above is not None and self.below is not None, "both ends are known"  # noqa: PT018
        left, right = math.log(self.above.knob), math.log(self.below.knob)
        over, under = math.log(self.above.size_bytes), math.log(self.below.size_bytes)
        share = 0.5 if self._stalls % 3 == 2 else (over - wanted) / (over - under)
        return left + min(max(share, 0.02), 0.98) * (right - left)


def fit(
    encode: Callable[[float], bytes],
    target: int,
    limits: tuple[float, float],
    start: float,
    distance: Callable[[float, float], int],
    tolerance: float = TOLERANCE,
) -> Bracket:
    """Search the largest file that is not larger than the target.

    Parameters
    ----------
    encode
        Makes a file of a knob; larger knobs make smaller files, by and large.
    target
        Most bytes the file may have.
    limits
        Lowest and highest knob, both above 0.
    start
        First guess.
    distance
        Number of settings between two knobs: the search ends where there is none left to try.
    tolerance
        Share of the target that may stay unused.

    Returns
    -------
    Bracket
        ``below`` is the file, None when not even the highest knob fits; ``above`` is the nearest that is too large.
    """
    low, high = limits
    bracket = Bracket(target)
    knob = min(max(start, low), high)
    for _ in range(MAX_STEPS):
        bracket.add(Attempt(knob, encode(knob)))
        if bracket.within(tolerance) or _exhausted(bracket, limits, distance):
            break
        knob = bracket.next_knob(tolerance, low, high)
    return bracket


def _exhausted(bracket: Bracket, limits: tuple[float, float], distance: Callable[[float, float], int]) -> bool:
    above, below = bracket.above, bracket.below
    if above is None:
        return below is not None and below.knob <= limits[0]
    if below is None:
        return above.knob >= limits[1]
    return distance(above.knob, below.knob) <= 1
