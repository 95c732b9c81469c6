"""What a design is planned over: originals in categories, methods, raters and the cells that are absent."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

Cell = tuple[str, str]
"""An original and a method: one stimulus."""


class DesignError(ValueError):
    """A design cannot be planned from what was asked; the message says what to change."""


@dataclass(frozen=True)
class Frame:
    """Originals with their categories, methods, raters per stimulus and absent cells, checked by `frame_of`.

    `items_per_form` cuts forms shorter than all originals; None leaves them whole.
    """

    originals: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    raters: int
    absent: frozenset[Cell]
    items_per_form: int | None = None

    @property
    def form_size(self) -> int:
        """Items of a form that nothing shortens."""
        return min(self.items_per_form or len(self.originals), len(self.originals))

    @property
    def whole(self) -> bool:
        """Whether a form shows every original."""
        return self.form_size == len(self.originals)

    @cached_property
    def category_of(self) -> dict[str, str]:
        """Category of each original."""
        return dict(self.originals)

    @cached_property
    def category_sizes(self) -> Counter[str]:
        """Number of originals in each category."""
        return Counter(category for _, category in self.originals)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that is there, in the order of the originals and the methods."""
        every = ((original, method) for original, _ in self.originals for method in self.methods)
        return tuple(cell for cell in every if cell not in self.absent)


def frame_of(
    originals: Sequence[tuple[str, str]],
    methods: Sequence[str],
    raters: int,
    absent: Collection[Cell] = (),
    items_per_form: int | None = None,
) -> Frame:
    """Check what a design is asked over, and leave out the originals and methods that have no stimulus at all.

    Raises
    ------
    DesignError
        If nothing can be shown, a name occurs twice, an absent cell names an unknown original or method, or forms
        would be empty.
    """
    slugs = [original for original, _ in originals]
    _refuse_repeats("Original", slugs)
    _refuse_repeats("Method", methods)
    _refuse_unknown(absent, slugs, methods)
    if raters < 1:
        raise DesignError(f"A survey needs at least one rater per stimulus, not {raters}: set raters to 1 or more.")
    if items_per_form is not None and items_per_form < 1:
        raise DesignError(f"A form needs at least one item, not {items_per_form}: set items_per_form to 1 or more.")
    gone = frozenset(absent)
    kept = tuple(pair for pair in originals if any((pair[0], method) not in gone for method in methods))
    used = tuple(method for method in methods if any((slug, method) not in gone for slug in slugs))
    if not kept:
        raise DesignError("There is no stimulus to show: add originals and methods, or generate the stimuli first.")
    slugs_kept = {slug for slug, _ in kept}
    still_absent = frozenset((o, m) for o, m in gone if o in slugs_kept and m in used)
    return Frame(kept, used, raters, still_absent, items_per_form)


def _refuse_repeats(what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise DesignError(f"{what} {name} is named {times} times: name it once.")


def _refuse_unknown(absent: Collection[Cell], slugs: Collection[str], methods: Collection[str]) -> None:
    for original, method in sorted(absent):
        if original not in slugs or method not in methods:
            raise DesignError(
                f"Absent cell {original}.{method} is unknown: name an original and a method of the design."
            )
