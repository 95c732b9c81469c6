"""The balance proof: what a survey's places promise, recomputed from the places alone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from surveys.designs import promises
from surveys.designs.frame import Cell, Frame, frame_of
from surveys.designs.limits import limits_of
from surveys.designs.places import PlannedPlace
from surveys.designs.tally import Range, Tally, range_of, spread


@dataclass(frozen=True)
class BalanceProof:
    """Counts over a survey's places (pairs are smallest and largest), what is wrong, and what cannot be exact.

    `problems` names, in words, every promise the places break; `limits` says where these originals and methods allow
    no exact balance at all, and how near the places come.
    """

    raters: int
    blocks: int
    places: int
    distinct_forms: int
    form_length: Range
    times_shown: Range
    repeated_originals: int
    method_count: Range
    largest_method_difference: int
    distinct_methods_in_category: Range
    distinct_methods_short_of_best: int
    sides: bool
    largest_side_difference_of_stimulus: int
    largest_side_difference_of_form: int
    largest_position_spread: int
    successions: Range
    problems: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether the places keep every promise that these originals and methods allow."""
        return not self.problems

    @property
    def exact(self) -> bool:
        """Whether the places are sound and nothing had to be rounded."""
        return not self.problems and not self.limits

    def as_dict(self) -> dict[str, Any]:
        """Return the proof in plain data, ready for JSON."""
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}
        return {"exact": self.exact, "sound": self.sound, **plain}


def prove_balance(
    places: Sequence[PlannedPlace],
    originals: Sequence[tuple[str, str]],
    methods: Sequence[str],
    raters: int,
    absent: Collection[Cell] = (),
    sides: bool = True,
    items_per_form: int | None = None,
) -> BalanceProof:
    """Recount the places, whoever planned or stored them, and say in words where they are not balanced.

    Parameters
    ----------
    places : sequence of PlannedPlace
        The places as they are, for instance read back from a database.
    originals, methods, raters, absent, sides, items_per_form
        What they should be a plan for; as in `plan_places`.

    Returns
    -------
    BalanceProof
        The counts, the problems found and the limits of the design.

    Raises
    ------
    DesignError
        If the originals, methods, raters or absent cells are no design.
    """
    frame = frame_of(originals, methods, raters, absent, items_per_form)
    tally = Tally(frame, places)
    return BalanceProof(
        raters=raters,
        blocks=len({place.block for place in places}),
        places=len(places),
        problems=tuple(promises.problems_of(tally, sides)),
        limits=tuple(limits_of(tally)),
        sides=sides,
        **_counts(tally, frame),
    )


def _counts(tally: Tally, frame: Frame) -> dict[str, Any]:
    distinct = [(len(counts), _most_distinct(counts, frame)) for _, _, counts in tally.methods_in_category if counts]
    by_method = [[counts[method] for method in frame.methods] for _, counts in tally.methods]
    return {
        "distinct_forms": tally.distinct_forms,
        "form_length": range_of(tally.lengths),
        "times_shown": range_of(tally.shown[cell] for cell in frame.cells),
        "repeated_originals": len(tally.repeats),
        "method_count": range_of(count for counts in by_method for count in counts),
        "largest_method_difference": max(map(spread, by_method), default=0),
        "distinct_methods_in_category": range_of(number for number, _ in distinct),
        "distinct_methods_short_of_best": sum(best - number for number, best in distinct),
        "largest_side_difference_of_stimulus": max(map(spread, tally.stimulus_sides.values()), default=0),
        "largest_side_difference_of_form": max(map(spread, tally.place_sides.values()), default=0),
        "largest_position_spread": max(tally.position_spread.values(), default=0),
        "successions": range_of(tally.successions.values()),
    }


def _most_distinct(counts: Counter[str], frame: Frame) -> int:
    """Return how many different methods so many items could show."""
    return min(counts.total(), len(frame.methods))
