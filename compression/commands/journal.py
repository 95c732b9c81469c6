"""``python -m compression journal``: every paid call of a build, and which may have been billed for nothing."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from compression.commands.codes import INCOMPLETE, OK, WRONG
from compression.journal import Attempt, Journal
from compression.paid import POSSIBLY_BILLED
from compression.stores import open_store


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("journal", help="show the paid calls of a build")
    parser.add_argument("out", type=Path, metavar="DIR", help="what build was given as --out")
    parser.add_argument("--store", metavar="ADDRESS", help="where the results are (default: DIR/store)")
    parser.add_argument("--possibly-billed", action="store_true", help="only calls of which nobody knows what became")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line per call and what they come to; return 1 when some were possibly billed for nothing."""
    if not options.store and not (options.out / "store").is_dir():
        print(f"{options.out / 'store'} is not there: build the study first", file=sys.stderr)
        return WRONG
    attempts = list(Journal(open_store(options.store or options.out / "store")).everything())
    attempts.sort(key=lambda attempt: str(attempt.rows["planned"]["at"]))
    for attempt in attempts:
        if attempt.possibly_billed or not options.possibly_billed:
            print(line(attempt))
    print("\n".join(summary(attempts)))
    return INCOMPLETE if any(attempt.possibly_billed for attempt in attempts) else OK


def line(attempt: Attempt) -> str:
    """Return what a person wants to know of one call."""
    planned, row = attempt.rows["planned"], attempt.row
    money = f"{row['cost']} {row['currency']}" if "cost" in row else ""
    state = "possibly billed" if attempt.possibly_billed else attempt.state
    parts = [planned["at"], attempt.key[:12], f"try {attempt.number}", state, planned["host"], planned["model_asked"]]
    return "  ".join(filter(None, [*parts, row.get("request_id"), money, row.get("message")]))


def summary(attempts: Sequence[Attempt]) -> Iterator[str]:
    """Yield how many calls ended how, and what they come to by currency."""
    if not attempts:
        yield "No paid call was ever made"
        return
    states = Counter("possibly billed" if attempt.possibly_billed else attempt.state for attempt in attempts)
    money: dict[str, Decimal] = {}
    for row in (attempt.row for attempt in attempts if "cost" in attempt.row):
        money[row["currency"]] = money.get(row["currency"], Decimal(0)) + Decimal(row["cost"])
    paid = " and ".join(f"{amount} {currency}" for currency, amount in money.items()) or "no known sum"
    yield f"{len(attempts)} calls ({', '.join(f'{count} {state}' for state, count in states.items())}): {paid} at most"
    if states["possibly billed"]:
        yield f"Possibly billed: {POSSIBLY_BILLED}"
