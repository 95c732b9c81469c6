"""The promises of a design, one function each: every one yields the places or stimuli that break it, in words."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from surveys.designs.orders import cycle_length
from surveys.designs.tally import Tally, range_of, spread


def problems_of(tally: Tally, sides: bool) -> Iterator[str]:
    """Yield every broken promise in words."""
    promises = [_stimuli, _blocks, _numbers, _repeats, _positions, _methods, _categories, _spread, _successions]
    yield from chain.from_iterable(promise(tally) for promise in promises)
    yield from _sides(tally) if sides else _no_sides(tally)


def _stimuli(tally: Tally) -> Iterator[str]:
    """Each stimulus is shown exactly as often as there are raters, and no other is shown."""
    raters = tally.frame.raters
    for cell in tally.frame.cells:
        if tally.shown[cell] != raters:
            yield f"Stimulus {'.'.join(cell)} is shown {tally.shown[cell]} times instead of {raters}."
    for cell in sorted(set(tally.shown) - set(tally.frame.cells)):
        yield f"Stimulus {'.'.join(cell)} is shown but is absent from the design."


def _blocks(tally: Tally) -> Iterator[str]:
    """There are as many blocks as raters, and each shows each stimulus once."""
    blocks = sorted({place.block for place in tally.places})
    if len(blocks) != tally.frame.raters:
        yield f"There are {len(blocks)} blocks instead of {tally.frame.raters}."
    for block in blocks:
        for cell in tally.frame.cells:
            if (times := tally.shown_in_block[block, cell]) != 1:
                yield f"Block {block} shows stimulus {'.'.join(cell)} {times} times instead of once."


def _numbers(tally: Tally) -> Iterator[str]:
    """Places have their own numbers and stand for one form of their block each; none is empty."""
    for number, times in Counter(place.number for place in tally.places).items():
        if times > 1:
            yield f"{times} places have the number {number}."
    for (block, form), times in Counter((place.block, place.form) for place in tally.places).items():
        if times > 1:
            yield f"{times} places stand for form {form} of block {block}."
    yield from (f"Place {place.number} shows nothing." for place in tally.places if not place.items)


def _repeats(tally: Tally) -> Iterator[str]:
    """A form shows an original at most once."""
    for number, original in tally.repeats:
        yield f"Place {number} shows original {original} more than once."


def _positions(tally: Tally) -> Iterator[str]:
    """Positions run from 1 without gaps."""
    for place in tally.places:
        positions = sorted(item.position for item in place.items)
        if positions != list(range(1, len(positions) + 1)):
            yield f"The positions of place {place.number} are not 1 to {len(positions)}."


def _methods(tally: Tally) -> Iterator[str]:
    """The methods of a form differ by at most one, but for absent cells."""
    size, methods = tally.frame.form_size, tally.frame.methods
    for number, counts in tally.methods:
        low = 0 if tally.frame.absent else counts.total() // len(methods)
        for method in methods:
            if not low <= counts[method] <= -(-size // len(methods)):
                yield f"Place {number} shows method {method} {counts[method]} times: {_wanted(size, len(methods))}."


def _categories(tally: Tally) -> Iterator[str]:
    """Within each category of a form the methods are as distinct as possible, but for absent cells."""
    methods, absent = tally.frame.methods, {tally.frame.category_of[original] for original, _ in tally.frame.absent}
    for number, category, counts in tally.methods_in_category:
        size = tally.frame.category_sizes[category]
        low = 0 if category in absent or not tally.frame.whole else size // len(methods)
        for method in methods:
            if not low <= counts[method] <= -(-size // len(methods)):
                wanted = _wanted(size, len(methods))
                yield f"Place {number} shows method {method} {counts[method]} times in category {category}: {wanted}."


def _wanted(size: int, methods: int) -> str:
    low, high = size // methods, -(-size // methods)
    return f"it should be {low}" if low == high else f"it should be {low} or {high}"


def _spread(tally: Tally) -> Iterator[str]:
    """A stimulus' positions differ by at most one, unless forms are shorter than the originals."""
    if tally.frame.absent or not tally.frame.whole:
        return
    for cell, difference in tally.position_spread.items():
        if difference > 1:
            yield f"Stimulus {'.'.join(cell)} is shown {difference} times more often at one position than at another."


def _successions(tally: Tally) -> Iterator[str]:
    """An original follows every other equally often over whole cycles of orders, unless forms are shorter."""
    if not tally.frame.whole:
        return
    size, forms = len(tally.frame.originals), len(tally.frame.methods)
    cycle = cycle_length(size)
    per_cycle = forms * cycle // size
    cycles = tally.frame.raters // cycle
    low, high = per_cycle * cycles, per_cycle * -(-tally.frame.raters // cycle)
    least, most = range_of(tally.successions.values())
    if size > 1 and not tally.frame.absent and not (low <= least and most <= high):
        yield f"An original follows another {least} to {most} times: it should be {low} to {high}."


def _sides(tally: Tally) -> Iterator[str]:
    """Sides differ by at most one for each stimulus and in each form."""
    for place in tally.places:
        for item in place.items:
            if item.side not in ("left", "right"):
                yield f'Place {place.number} has the side "{item.side}" at position {item.position}: left or right.'
    for cell, counts in tally.stimulus_sides.items():
        if spread(counts) > 1:
            yield f"Stimulus {'.'.join(cell)} has its original left {counts[0]} times and right {counts[1]} times."
    for number, counts in tally.place_sides.items():
        if spread(counts) > 1:
            yield f"Place {number} has {counts[0]} originals left and {counts[1]} right."


def _no_sides(tally: Tally) -> Iterator[str]:
    """A design without sides gives none."""
    for place in tally.places:
        for item in place.items:
            if item.side:
                yield f'Place {place.number} has the side "{item.side}" at position {item.position}: there are none.'
