"""The report's tables, built from numbers.json: one description for the page, CSV, LaTeX and the terminal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis import display
from analysis.display import is_undefined

Numbers = Mapping[str, Any]
Row = Mapping[str, Any]


def words(value: Any) -> str:
    """Show text as it is; nothing for None."""
    return value["undefined"] if is_undefined(value) else "" if value is None else str(value)


def _percent(digits: int) -> Callable[[Any], str]:
    return lambda value: display.number(value, digits) + ("" if is_undefined(value) else " %")


def _digits(digits: int) -> Callable[[Any], str]:
    return lambda value: display.number(value, digits)


@dataclass(frozen=True)
class Column:
    """A column: the key of its raw values, its heading, and how a value is shown."""

    key: str
    title: str
    show: Callable[[Any], str] = words
    numeric: bool = True


@dataclass(frozen=True)
class Sheet:
    """A table: raw values by column key in `rows`; `Column.show` makes them readable.

    `first` is the first row the page shows; the files have them all.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    first: int = 0

    def texts(self) -> list[list[str]]:
        """All cells as they are read by people."""
        return [[column.show(row[column.key]) for column in self.columns] for row in self.rows]

    def shown(self) -> list[list[str]]:
        """The cells of the rows the page shows."""
        return self.texts()[self.first :]


def table1(numbers: Numbers) -> Sheet:
    """Table 1: size and satisfaction per method."""
    columns = (
        Column("title", "Method", numeric=False),
        Column("mean_bytes", "Mean size (bytes)", display.exact_bytes),
        Column("median_bytes", "Median size (bytes)", display.exact_bytes),
        Column("percent_smaller", "Smaller than the original", _percent(2)),
        Column("satisfaction", "Satisfaction", display.number),
        Column("interval", "95 % interval, by participant", display.interval),
        Column("interval_independent", "95 % interval, raters independent", display.interval),
        Column("sized", "Stimuli sized", _digits(0)),
        Column("rated", "Stimuli rated", _digits(0)),
        Column("ratings", "Ratings", _digits(0)),
    )
    return Sheet("table1", "Size and satisfaction per method", columns, numbers["table1"])


def stimuli(numbers: Numbers) -> Sheet:
    """List every stimulus with its ratings."""
    columns = (
        Column("stimulus", "Stimulus", numeric=False),
        Column("category", "Category", numeric=False),
        Column("method", "Method", numeric=False),
        Column("size_bytes", "Size", display.size),
        Column("percent_smaller", "Smaller", _percent(2)),
        Column("n", "Ratings", _digits(0)),
        Column("median", "Median", display.number),
        Column("interval", "95 % interval", display.interval),
        Column("grouped_median", "Grouped median", _digits(2)),
        Column("mean", "Mean", _digits(2)),
        Column("sd", "SD", _digits(2)),
        Column("min", "Lowest", _digits(0)),
        Column("max", "Highest", _digits(0)),
    )
    titles = _titles(numbers)
    rows = [
        {**row, "category": titles["category", row["category"]], "method": titles["method", row["method"]]}
        for row in numbers["stimuli"]
    ]
    return Sheet("stimuli_ratings", "Every stimulus", columns, rows)


def captions(numbers: Numbers) -> Sheet:
    """List the words themselves, with what people said of the picture rebuilt from them."""
    columns = (
        Column("original", "Original", numeric=False),
        Column("method", "Method", numeric=False),
        Column("caption", "Words", numeric=False),
        Column("size_bytes", "Size", display.size),
        Column("median", "Median", display.number),
    )
    titles = _titles(numbers)
    rows = [
        {**row, "method": titles["method", row["method"]]} for row in numbers["stimuli"] if row["caption"] is not None
    ]
    return Sheet("captions", "The words", columns, rows)


def rates(numbers: Numbers) -> Sheet:
    """Set the other two rates beside the bytes that count, per method."""
    columns = (
        Column("title", "Method", numeric=False),
        Column("mean_bytes", "Mean size (bytes)", display.exact_bytes),
        Column("median_bytes", "Median size (bytes)", display.exact_bytes),
        Column("mean_brotli_bytes", "Mean under Brotli (bytes)", display.exact_bytes),
        Column("median_brotli_bytes", "Median under Brotli (bytes)", display.exact_bytes),
        Column("mean_bits_per_pixel", "Mean bits per pixel", display.significant),
        Column("median_bits_per_pixel", "Median bits per pixel", display.significant),
    )
    rows = [size | rate for size, rate in zip(numbers["table1"], numbers["rates"], strict=True)]
    return Sheet("rates", "Three rates per method", columns, rows)


def curves(numbers: Numbers) -> Sheet:
    """List the operating points, curve by curve, in order of bytes."""
    columns = (
        Column("curve", "Curve", numeric=False),
        Column("title", "Operating point", numeric=False),
        Column("mean_bytes", "Mean size (bytes)", display.exact_bytes),
        Column("median_bytes", "Median size (bytes)", display.exact_bytes),
        Column("mean_brotli_bytes", "Mean under Brotli (bytes)", display.exact_bytes),
        Column("mean_bits_per_pixel", "Mean bits per pixel", display.significant),
        Column("satisfaction", "Satisfaction", display.number),
        Column("interval", "95 % interval, by participant", display.interval),
        Column("draws", "Draws", _digits(0)),
        Column("draw_sd", "SD between draws", _digits(2)),
    )
    rows = [point | {"curve": curve["curve"]} for curve in numbers["curves"] for point in curve["points"]]
    return Sheet("curves", "Operating points", columns, rows)


def iso(numbers: Numbers) -> Sheet:
    """Iso-satisfaction at least s: the fewest bytes per method and level."""

    def show(value: Any) -> str:
        return value["undefined"] if is_undefined(value) else display.size(value["bytes"])

    return _by_level(numbers, "iso_at_least", "Fewest bytes with a median of at least s", "at_least", show)


def iso_equal(numbers: Numbers) -> Sheet:
    """Iso-satisfaction at s: the stimuli whose median is exactly s."""

    def show(value: Any) -> str:
        return "; ".join(f"{point['stimulus']} ({display.size(point['bytes'])})" for point in value) or "none"

    return _by_level(numbers, "iso_equal", "Stimuli with a median of exactly s", "equal", show)


def _by_level(numbers: Numbers, name: str, title: str, key: str, show: Callable[[Any], str]) -> Sheet:
    methods = numbers["study"]["methods"]
    columns = [Column("s", "s", display.number)]
    columns += [Column(m["slug"], m["title"], show, numeric=key == "at_least") for m in methods]
    rows = [
        {"s": level} | {m["slug"]: numbers["iso"]["methods"][m["slug"]][key][i] for m in methods}
        for i, level in enumerate(numbers["iso"]["levels"])
    ]
    return Sheet(name, title, columns, rows, _first_level(numbers))


def ratios(numbers: Numbers) -> Sheet:
    """Size ratios at equal satisfaction: fewest classical bytes over fewest textual bytes."""
    titles = _titles(numbers)
    pairs = numbers["iso"]["ratios"]

    def show(value: Any) -> str:
        return "–" if is_undefined(value) else f"{display.rounded(value['ratio'], 0)} ×"

    columns = [Column("s", "s", display.number)]
    for i, pair in enumerate(pairs):
        words_ = f"{titles['method', pair['classical']]} : {titles['method', pair['textual']]}"
        columns.append(Column(str(i), words_, show))
    rows = [
        {"s": level} | {str(i): pair["at_least"][place] for i, pair in enumerate(pairs)}
        for place, level in enumerate(numbers["iso"]["levels"])
    ]
    return Sheet("iso_ratios", "How many times larger, at a median of at least s", columns, rows, _first_level(numbers))


def _first_level(numbers: Numbers) -> int:
    """Find the level below which every method's answer is the same as at it."""
    medians = [row["median"] for row in numbers["stimuli"] if row["n"]]
    return numbers["iso"]["levels"].index(min(medians)) if medians else len(numbers["iso"]["levels"]) - 1


def truth(numbers: Numbers) -> Sheet:
    """Set true losses beside satisfaction, per method (drawn worlds only)."""
    columns = (
        Column("title", "Method", numeric=False),
        Column("mean_true_loss", "Mean true loss", lambda v: _percent(1)(v if is_undefined(v) else 100 * v)),
        Column("satisfaction", "Satisfaction", display.number),
        Column("rank_correlation", "Rank correlation of loss and median", _digits(2)),
    )
    rated = {row["method"]: row["satisfaction"] for row in numbers["table1"]}
    rows = [{**row, "satisfaction": rated[row["method"]]} for row in numbers["truth"]["methods"]]
    return Sheet("truth_by_method", "True loss and satisfaction per method", columns, rows)


def _titles(numbers: Numbers) -> dict[tuple[str, str], str]:
    study = numbers["study"]
    groups = {"method": study["methods"], "category": study["categories"]}
    return {(kind, one["slug"]): one["title"] for kind, several in groups.items() for one in several}
