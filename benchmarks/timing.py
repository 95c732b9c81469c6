"""Times, and tables of them."""

import resource
from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.table import Table

Result = TypeVar("Result")
REPEATS = 3


def fastest(function: Callable[[], Result], repeats: int = REPEATS) -> tuple[float, Result]:
    """Return the least of several times (s of processor, other programs' included), and what the function gave."""
    times = []
    for _ in range(repeats):
        start = _processor_seconds()
        result = function()
        times.append(_processor_seconds() - start)
    return min(times), result


def _processor_seconds() -> float:
    """Return what this process and its children have used: other work on the machine matters little to that."""
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in usage)


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; a row that stands for something absent says so in its cells."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row))
    Console(width=120).print(table)
