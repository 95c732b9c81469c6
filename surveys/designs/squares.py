"""One block: a square in which every form shows each original once, and every stimulus stands in exactly one form."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random

from surveys.designs.frame import Frame


def random_square(frame: Frame, rng: Random) -> list[dict[str, str]]:
    """Draw one block's forms.

    The originals, grouped by category in a random order, get consecutive offsets 0, 1, 2, … modulo the number of
    methods; form `f` shows the original of offset `a` by the method of rank `a + f` in a random order of the methods.
    So the methods of a form differ by at most one, over the form and within each category, and each stimulus stands
    in one form of the block.

    Parameters
    ----------
    frame : Frame
        Originals and methods; absent cells are not looked at.
    rng : random.Random
        Source of the block's randomness.

    Returns
    -------
    list of dict
        One per method: original → method, for every original.
    """
    labels = shuffled(frame.methods, rng)
    offsets = list(enumerate(_by_category(frame.originals, rng)))
    return [
        {original: labels[(offset + form) % len(labels)] for offset, original in offsets} for form in range(len(labels))
    ]


def shuffled(names: Sequence[str], rng: Random) -> list[str]:
    """Return the names in a random order."""
    return rng.sample(names, len(names))


def _by_category(originals: Sequence[tuple[str, str]], rng: Random) -> Iterator[str]:
    """Yield the originals category by category: the categories shuffled, and the originals within each."""

    def category(pair: tuple[str, str]) -> str:
        return pair[1]

    groups = [[slug for slug, _ in group] for _, group in groupby(sorted(originals, key=category), category)]
    for group in rng.sample(groups, len(groups)):
        yield from shuffled(group, rng)
