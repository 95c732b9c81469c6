"""Orders of the originals, balanced for position and for what comes immediately before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from scipy.optimize import linear_sum_assignment

from surveys.designs.squares import shuffled


def balanced_orders(originals: Sequence[str], rng: Random) -> Iterator[list[str]]:
    """Yield orders of the originals without end, in random cycles of Williams' squares.

    Each `n` orders put every original at every position once. Each cycle (`n` orders for an even number of originals,
    `2 n` for an odd one) lets every original follow every other equally often: once, or twice when `n` is odd. Every
    cycle relabels the originals and shuffles the rows of its squares afresh.

    Source: E. J. Williams, "Experimental designs balanced for the estimation of residual effects of treatments",
    Australian Journal of Scientific Research A 2 (1949), 149-168.
    """
    while True:
        labels = shuffled(originals, rng)
        for square in williams_squares(len(labels)):
            for row in rng.sample(square, len(square)):
                yield [labels[index] for index in row]


def evened_order(originals: Sequence[str], seen: Counter[tuple[str, int]], rng: Random) -> list[str]:
    """Return an order of some originals that evens out the positions they have had, and count it in.

    Parameters
    ----------
    originals : sequence of str
        What is ordered.
    seen : Counter of (original, position)
        How often each original stood at each position, from 1; changed.
    rng : random.Random
        Decides between orders that are as even.

    Returns
    -------
    list of str
        The order with the fewest repetitions of positions, by the assignment problem.
    """
    names = shuffled(originals, rng)
    positions = range(1, len(names) + 1)
    costs = [[seen[name, position] for position in positions] for name in names]
    rows, columns = linear_sum_assignment(costs)
    order = [""] * len(names)
    for row, column in zip(rows, columns, strict=True):
        order[column] = names[row]
    seen.update((name, position) for position, name in enumerate(order, start=1))
    return order


def williams_squares(size: int) -> list[list[list[int]]]:
    """Return Williams' square of an even size, or the pair of mirrored squares of an odd one.

    Returns
    -------
    list of squares
        One or two `size` × `size` Latin squares of 0 … `size` - 1: a row is an order.
    """
    first = [0, *(_zigzag(size))]
    square = [[(index + shift) % size for index in first] for shift in range(size)]
    if size % 2 == 0 or size == 1:
        return [square]
    return [square, [row[::-1] for row in square]]


def cycle_length(size: int) -> int:
    """Return after how many orders of `size` originals the successions are balanced."""
    return sum(len(square) for square in williams_squares(size))


def _zigzag(size: int) -> Iterator[int]:
    """Yield 1, size - 1, 2, size - 2, …: steps whose differences are all different (each twice when size is odd)."""
    for step in range(1, size):
        yield (step + 1) // 2 if step % 2 else size - step // 2
