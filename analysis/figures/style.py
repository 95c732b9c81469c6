"""One look: column width, colours and shapes that survive grey, the mark of simulated answers, reproducible files."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from threading import RLock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

MM = 1 / 25.4
WIDTH_MM = 85.0
BOTTOM_MM = 9.0
INK, SOFT, FAINT = "#1a1a1a", "#595959", "#d9d9d9"
# Okabe and Ito's colours, ordered so that neighbours differ in lightness too; yellow last, being faint on white.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000", "#F0E442")
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "*")
WARNING = "#a4262c"
SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 6.5,
    "axes.linewidth": 0.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.minor.width": 0.3,
    "xtick.major.size": 2.5,
    "ytick.major.size": 0,
    "xtick.minor.size": 1.5,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "twicetold",
    "savefig.dpi": 300,
    "text.parse_math": False,
}
_lock = RLock()


@contextmanager
def applied() -> Iterator[None]:
    """Set matplotlib's global settings while a figure is drawn; one figure at a time, as servers have threads."""
    with _lock, mpl.rc_context(SETTINGS):
        yield


def canvas(
    numbers: Mapping[str, Any],
    height_mm: float,
    left_mm: float = 6.0,
    right_mm: float = 4.0,
    top_mm: float = 6.5,
    below_mm: float = 0.0,
) -> tuple[Figure, Axes]:
    """Make a figure of column width with one pair of axes, marked when its answers are simulated.

    `below_mm` is added to the height, as room for a legend under the axes.
    """
    height_mm += below_mm
    figure = Figure(figsize=(WIDTH_MM * MM, height_mm * MM), facecolor="white")
    FigureCanvasAgg(figure)
    bottom_mm = BOTTOM_MM + below_mm
    box = (
        left_mm / WIDTH_MM,
        bottom_mm / height_mm,
        (WIDTH_MM - left_mm - right_mm) / WIDTH_MM,
        (height_mm - bottom_mm - top_mm) / height_mm,
    )
    axes = figure.add_axes(box)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_axisbelow(True)
    if numbers["study"]["simulated"]:
        _mark(figure, height_mm)
    return figure, axes


def _mark(figure: Figure, height_mm: float) -> None:
    figure.text(
        1 - 2.2 / WIDTH_MM,
        1 - 1.6 / height_mm,
        "SIMULATED",
        ha="right",
        va="top",
        fontsize=6,
        fontweight="bold",
        color=WARNING,
        bbox={"boxstyle": "square,pad=0.3", "facecolor": "white", "edgecolor": WARNING, "linewidth": 0.6},
    )


def heading(axes: Axes, words: str, left_mm: float = 1.5) -> None:
    """Write what the vertical axis shows, level, above it."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    height_mm = figure.get_figheight() / MM
    figure.text(left_mm / WIDTH_MM, 1 - 1.9 / height_mm, words, ha="left", va="top", fontsize=6.5, color=INK)


def looks(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Colour, shape of every series: a colour of its own, or that of its curve with a shape of its own."""
    curves = [group.get("curve") or (place,) for place, group in enumerate(groups)]
    turns = {curve: turn for turn, curve in enumerate(dict.fromkeys(curves))}
    taken: set[tuple[int, int]] = set()
    return [_look(turns[curve], taken) for curve in curves]


def _look(turn: int, taken: set[tuple[int, int]]) -> dict[str, Any]:
    """Take the first shape that is free in the colour, then in the next colours; all 64 taken, begin again."""
    many = len(COLOURS)
    wanted = [
        ((turn + step) % many, (turn + turn // many + shape) % many) for step in range(many) for shape in range(many)
    ]
    colour, shape = next((place for place in wanted if place not in taken), wanted[0])
    taken.add((colour, shape))
    return {"color": COLOURS[colour], "marker": SHAPES[shape]}


def empty(axes: Axes, words: str) -> None:
    """Say in the middle of the axes why nothing is drawn."""
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, fontsize=8, color=SOFT)


def note(axes: Axes, words: str, at: tuple[float, float], shift: tuple[float, float] = (0, 0), **look: Any) -> Text:
    """Write words at a share of the axes' width and a value of y, shifted by points."""
    place: Any = ("axes fraction", "data")
    return axes.annotate(
        words, at, xycoords=place, xytext=shift, textcoords="offset points", **({"va": "center"} | look)
    )


def save(figure: Figure, fmt: str, name: str, title: str, description: str) -> bytes:
    """Write a figure without dates or random ids, with title and description in its metadata."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=fmt, metadata=_metadata(fmt, title, description))
    data = buffer.getvalue()
    return _accessible(data, name, title, description) if fmt == "svg" else data


def _metadata(fmt: str, title: str, description: str) -> dict[str, Any]:
    if fmt == "svg":
        return {"Date": None, "Title": title, "Description": description, "Creator": "Twicetold"}
    if fmt == "pdf":
        return {"CreationDate": None, "Title": title, "Subject": description, "Creator": "Twicetold"}
    return {"Software": None, "Title": title, "Description": description}


def _accessible(svg: bytes, name: str, title: str, description: str) -> bytes:
    """Give the drawing a role, a title and a description that screen readers announce."""
    role = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
    words = f'<title id="{name}-title">{escape(title)}</title>\n <desc id="{name}-desc">{escape(description)}</desc>'
    marked = svg.decode().replace("<svg ", role, 1)
    start, end = marked.index("<title>"), marked.index("</title>") + len("</title>")
    return (marked[:start] + words + marked[end:]).encode()
