"""Designs of every size that a survey may ask for."""

from dataclasses import dataclass

from hypothesis import strategies as st

from surveys.designs import PlannedPlace, plan_places


@dataclass(frozen=True)
class Asked:
    originals: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    raters: int
    absent: frozenset[tuple[str, str]] = frozenset()

    def planned(self, seed: int = 1, sides: bool = True) -> tuple[PlannedPlace, ...]:
        return plan_places(self.originals, self.methods, self.raters, seed, self.absent, sides)


def of_size(originals: int, methods: int, raters: int, categories: int = 5, absent=()) -> Asked:
    pairs = tuple((f"o{number}", f"c{number % categories}") for number in range(originals))
    return Asked(pairs, tuple(f"m{number}" for number in range(methods)), raters, frozenset(absent))


@st.composite
def complete(draw: st.DrawFn) -> Asked:
    size, categories = draw(st.integers(1, 40)), draw(st.integers(1, 6))
    groups = draw(st.lists(st.integers(1, categories), min_size=size, max_size=size))
    pairs = tuple((f"o{number}", f"c{group}") for number, group in enumerate(groups))
    methods = tuple(f"m{number}" for number in range(draw(st.integers(1, 8))))
    return Asked(pairs, methods, draw(st.integers(1, 30)))


@st.composite
def with_absent_cells(draw: st.DrawFn) -> Asked:
    whole = draw(complete())
    cells = [(original, method) for original, _ in whole.originals for method in whole.methods]
    absent = draw(st.sets(st.sampled_from(cells), max_size=min(10, len(cells) - 1)))
    return Asked(whole.originals, whole.methods, whole.raters, frozenset(absent))


seeds = st.integers(0, 2**63)
