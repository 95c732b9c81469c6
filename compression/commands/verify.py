"""``python -m compression verify``: hash everything again that was built."""

import argparse
import sys
from pathlib import Path
from typing import Any

from compression import manifest
from compression.commands.codes import INCOMPLETE, OK, WRONG
from compression.store import Store


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("verify", help="hash everything again that was built")
    parser.add_argument("out", type=Path, metavar="DIR")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Name what is damaged or missing, and return the exit code."""
    store = Store(options.out / "store")
    if not store.root.is_dir():
        print(f"{store.root} is not there: build the study first", file=sys.stderr)
        return WRONG
    table = options.out / "stimuli.csv"
    damaged = list(store.damaged())
    lost = sorted(sha256 for sha256 in manifest.hashes(table) if not store.has_blob(sha256)) if table.exists() else []
    for path in damaged:
        print(f"{path} is damaged: delete it and build again", file=sys.stderr)
    for sha256 in lost:
        print(f"{store.path(sha256)} is missing: build again", file=sys.stderr)
    wrong = len(damaged) + len(lost)
    print(f"{wrong} files are damaged or missing" if wrong else "Everything is as it was written")
    return INCOMPLETE if wrong else OK
