"""A folder of tables in; a report out: numbers.json, figures, tables and a page that reads well."""

import base64
import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis import comparing, display, exports, figures, headlines, prose, screening, sheets
from analysis.results import compute
from analysis.sheets import Sheet
from analysis.tables import read

TEMPLATES = Path(__file__).parent / "templates"
PAGE, NUMBERS = "index.html", "numbers.json"
Numbers = Mapping[str, Any]
SHEETS = {
    "screening": screening.sheet,
    "table1": sheets.table1,
    "rates": sheets.rates,
    "curves": sheets.curves,
    "contrasts": comparing.sheet,
    "stimuli": sheets.stimuli,
    "captions": sheets.captions,
    "iso": sheets.iso,
    "iso_equal": sheets.iso_equal,
    "ratios": sheets.ratios,
    "headlines": headlines.sheet,
    "truth": sheets.truth,
}


class ReportError(Exception):
    """The report cannot be put where it was asked for; says what to do."""


def write(folder: Path, out: Path | None = None) -> Path:
    """Read a folder's tables and write their report.

    Parameters
    ----------
    folder : Path
        See `analysis.tables.read`.
    out : Path, optional
        The report's folder, `folder`/report by default. It is replaced as a whole, and only when everything has
        been made; the same tables give the same bytes.

    Returns
    -------
    Path
        The report's page.

    Raises
    ------
    TableError
        When a table cannot be used.
    ReportError
        When `out` holds something that is not a report.
    """
    out = Path(folder) / "report" if out is None else Path(out)
    _check_replaceable(out)
    files = build(compute(read(Path(folder))))
    _replace(out, files)
    return out / PAGE


def build(numbers: Numbers) -> dict[str, bytes]:
    """Make all files of a report, by name, from the content of numbers.json."""
    data = exports.json_bytes(numbers)
    numbers = json.loads(data)
    pictures = {
        f"{name}.{fmt}": data
        for name in figures.available(numbers)
        for fmt, data in figures.render_all(name, numbers).items()
    }
    files = {NUMBERS: data, **pictures, PAGE: page(numbers, pictures).encode()}
    simulated = numbers["study"]["simulated"]
    for sheet in make_sheets(numbers).values():
        files[f"{sheet.name}.csv"] = exports.csv_bytes(sheet, simulated=simulated)
        files[f"{sheet.name}.tex"] = exports.latex(sheet, simulated=simulated)
    return files


def make_sheets(numbers: Numbers) -> dict[str, Sheet]:
    """Make the report's tables; some only where there is something for them to show."""
    lacking = {name for name in ("truth", "curves") if not numbers[name]}
    if display.is_undefined(numbers["screening"]):
        lacking.add("screening")
    if not numbers["inference"]["pairs"]:
        lacking.add("contrasts")
    return {name: make(numbers) for name, make in SHEETS.items() if name not in lacking}


def page(numbers: Numbers, pictures: Mapping[str, bytes]) -> str:
    """Write the page: every number in it comes from `numbers`, every picture is inside it."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("report.html").render(
        n=numbers,
        css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 (our own file)
        lead=prose.lead(numbers),
        other_surveys=prose.other_surveys(numbers),
        screening=screening.sentences(numbers),
        comparing=comparing.sentences(numbers),
        cards=prose.cards(numbers),
        conditions=prose.conditions(numbers),
        preregistration=[] if display.is_undefined(numbers["preregistration"]) else prose.preregistration(numbers),
        definitions=prose.definitions(numbers),
        sheets=make_sheets(numbers),
        figures={name: _figure(name, numbers, pictures) for name in figures.available(numbers)},
    )


def _figure(name: str, numbers: Numbers, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "name": name,
        "title": figures.words.TITLES[name],
        "caption": figures.caption(name, numbers),
        "alternative": figures.alternative(name, numbers),
        "svg": base64.b64encode(pictures[f"{name}.svg"]).decode(),
        "formats": figures.FORMATS,
    }


def table1_text(numbers: Numbers) -> str:
    """Table 1 as text for a terminal, 100 characters wide, with the mark of simulated answers."""
    simulated = " (SIMULATED)" if numbers["study"]["simulated"] else ""
    table = Table(title=Text(f"{numbers['study']['title']}{simulated}"), box=SIMPLE_HEAD, title_justify="left")
    table.add_column("Method")
    for heading in ("Mean size (bytes)", "Satisfaction", "95 % interval", "Stimuli rated", "Ratings"):
        table.add_column(heading, justify="right")
    for row in numbers["table1"]:
        texts = (
            row["title"],
            display.exact_bytes(row["mean_bytes"]),
            display.number(row["satisfaction"]),
            display.interval(row["interval"]),
            f"{row['rated']} of {row['stimuli']}",
            display.rounded(row["ratings"], 0),
        )
        table.add_row(*(Text(text) for text in texts))
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(table)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def _known() -> set[str]:
    """Names of all files a report can have."""
    pictures = {f"{name}.{fmt}" for name in figures.NAMES for fmt in figures.FORMATS}
    names = (
        "screening",
        "table1",
        "rates",
        "curves",
        "contrasts",
        "stimuli_ratings",
        "captions",
        "iso_at_least",
        "iso_equal",
        "iso_ratios",
        "headlines",
    )
    return {PAGE, NUMBERS} | pictures | {f"{name}.{e}" for name in (*names, "truth_by_method") for e in ("csv", "tex")}


def _check_replaceable(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise ReportError(f"{out} is a file: name a folder for the report.")
    strange = sorted({path.name for path in out.iterdir()} - _known())
    if strange:
        raise ReportError(f"{out} holds {strange[0]}, which is no part of a report: name an empty or a new folder.")


def _replace(out: Path, files: Mapping[str, bytes]) -> None:
    """Put a finished folder in the place of the old one; what fails before leaves the old one as it was."""
    out.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        made = room / "new"
        made.mkdir()
        for name, data in files.items():
            (made / name).write_bytes(data)
        if out.exists():
            out.rename(room / "old")
        made.rename(out)
    finally:
        shutil.rmtree(room)
