"""``python -m compression verify``: hash everything again that was built."""

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from compression import study, verifying
from compression.commands.codes import INCOMPLETE, OK, WRONG
from compression.store import Store
from compression.stores import open_store


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("verify", help="hash everything again that was built")
    parser.add_argument("out", type=Path, metavar="DIR", help="what build was given as --out")
    parser.add_argument("--store", metavar="ADDRESS", help="where the results are (default: DIR/store)")
    parser.add_argument("--study", type=Path, metavar="STUDY.toml", help="hash the originals of this study again, too")
    parser.add_argument("--files", type=Path, metavar="DIR", help="where the study's files are (default: beside it)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Name what is damaged, missing or another file than it was, and return the exit code. Nothing is deleted."""
    store = open_store(options.store or options.out / "store")
    if not options.store and not (options.out / "store").is_dir():
        print(f"{options.out / 'store'} is not there: build the study first", file=sys.stderr)
        return WRONG
    checked, wrong = 0, 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Hashing", total=None)
        for difference in _everything(options, store):
            checked += 1
            progress.update(bar, completed=checked)
            if difference:
                wrong += 1
                print(difference, file=sys.stderr)
    print(_verdict(checked, wrong))
    return INCOMPLETE if wrong else OK


def _everything(options: argparse.Namespace, store: Store) -> Iterator[verifying.Difference | None]:
    checks = [verifying.in_store(store), verifying.in_table(options.out, store)]
    if options.study:
        checks.append(verifying.in_originals(study.load(options.study, options.files), options.out))
    return chain.from_iterable(checks)


def _verdict(checked: int, wrong: int) -> str:
    if wrong:
        return f"{wrong} of {checked} checks found a difference"
    return f"Everything is as it was written ({checked} checks)"
