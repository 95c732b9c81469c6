"""How far a long command is: a line on a terminal, and nothing where stderr is a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

_EVERY = 100


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Lend a function to be called with how many are done; the line goes when the block ends."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Progress(console=Console(stderr=True), transient=True) as shown:
        bar = shown.add_task(label, total=total)
        last = 0

        def tell(done: int) -> None:
            nonlocal last
            if done - last >= _EVERY:
                last = done
                shown.update(bar, completed=done)

        yield tell
