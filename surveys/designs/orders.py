"""Orders of the originals, balanced for position and for what comes immediately before."""

from collections.abc import Iterator, Sequence
from random import Random

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
