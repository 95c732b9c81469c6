"""The paper's figures, drawn from numbers.json alone: the page's and the paper's figure are the same code.

The same numbers give the same bytes. A figure of simulated answers says so in the picture and in the file's metadata.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from analysis.figures import iso, losses, scatter, style, summary
from analysis.figures.words import alternative, caption, title

__all__ = ["FORMATS", "NAMES", "alternative", "available", "caption", "render", "render_all", "title"]

Numbers = Mapping[str, Any]
Own = Sequence[Mapping[str, Any]]

FORMATS = ("svg", "pdf", "png")
DRAWN: dict[str, Callable[[Numbers, Own], Figure]] = {
    "table1": summary.draw,
    "fig3": scatter.by_method,
    "fig5": scatter.by_category,
    "iso": iso.draw,
    "truth": losses.draw,
}
NAMES = tuple(DRAWN)


def available(numbers: Numbers) -> tuple[str, ...]:
    """Name the figures these numbers have: `truth` needs a drawn world."""
    return tuple(name for name in NAMES if name != "truth" or numbers["truth"] is not None)


def render(name: str, numbers: Numbers, fmt: str, own: Own | None = None) -> bytes:
    """Draw a figure as a file's bytes.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    numbers : mapping
        The content of numbers.json (`analysis.results.compute`).
    fmt : {"svg", "pdf", "png"}
        SVG carries a title and a description for screen readers.
    own : sequence of mappings, optional
        ``{"stimulus": id, "value": rating}``: a visitor's own ratings, drawn over the cloud of fig3, fig5 and truth.
        A stimulus that has no place in the figure is not drawn.

    Raises
    ------
    ValueError
        When there is no such figure or format, or when these numbers do not have it.
    """
    if fmt not in FORMATS:
        raise ValueError(f"There is no format {fmt}: choose one of {', '.join(FORMATS)}.")
    return _drawn(name, numbers, (fmt,), own or ())[fmt]


def render_all(name: str, numbers: Numbers) -> dict[str, bytes]:
    """Draw a figure once and return its bytes in every format, by format; the same bytes as `render`."""
    return _drawn(name, numbers, FORMATS, ())


def _drawn(name: str, numbers: Numbers, formats: Sequence[str], own: Own) -> dict[str, bytes]:
    if name not in available(numbers):
        raise ValueError(f"There is no figure {name} in these numbers: choose one of {', '.join(available(numbers))}.")
    words = (name, title(name, numbers), alternative(name, numbers))
    with style.applied():
        figure = DRAWN[name](numbers, own)
        return {fmt: style.save(figure, fmt, *words) for fmt in formats}
