"""Where a number of originals and methods allows no exact balance: said in words, with how near the places come."""

from collections.abc import Collection, Iterator

from surveys.designs.frame import Cell
from surveys.designs.tally import Tally, range_of

_NAMED_AT_MOST = 5


def limits_of(tally: Tally) -> Iterator[str]:
    """Yield in words each thing that had to be rounded."""
    yield from _methods(tally)
    yield from _categories(tally)
    if not tally.frame.whole:
        yield _short(tally)
    if tally.frame.absent:
        yield _absent(tally)


def _methods(tally: Tally) -> Iterator[str]:
    size, methods = tally.frame.form_size, len(tally.frame.methods)
    low, more = divmod(size, methods)
    if more:
        noun = "original" if tally.frame.whole else "item"
        yield (
            f"{_count(size, noun)} cannot be shared equally among {_count(methods, 'method')}: "
            f"a form shows {_count(more, 'method')} {_times(low + 1)} and {methods - more} {_times(low)}."
        )


def _categories(tally: Tally) -> Iterator[str]:
    methods = len(tally.frame.methods)
    for category, size in tally.frame.category_sizes.items():
        if size > methods:
            yield (
                f"Category {category} has {size} originals for {_count(methods, 'method')}: "
                f"within it a form shows a method {_times(size // methods)}"
                + (f" or {_times(-(-size // methods))}." if size % methods else ".")
            )


def _short(tally: Tally) -> str:
    """Say what forms that show a part of the originals can't promise."""
    originals, size = len(tally.frame.originals), tally.frame.form_size
    rest = originals % size
    remainder = f", and in every row of a block one form has only {_count(rest, 'item')}" if rest else ""
    return (
        f"{_count(originals, 'original')} are cut into forms of {_count(size, 'item')}{remainder}: what comes before "
        f"what is not balanced, and positions differ by up to {max(tally.position_spread.values(), default=0)}."
    )


def _absent(tally: Tally) -> str:
    shortest, longest = range_of(tally.lengths)
    return (
        f"{_count(len(tally.frame.absent), 'cell')} absent ({_named(tally.frame.absent)}): forms have {shortest} to "
        f"{longest} items, methods in a form may differ by more than one, and positions differ by up to "
        f"{max(tally.position_spread.values(), default=0)}."
    )


def _named(cells: Collection[Cell]) -> str:
    names = [".".join(cell) for cell in sorted(cells)]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _times(number: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(number, f"{number} times")
