"""What the build command says about paid calls: their limits, and what they would cost."""

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path

from compression.budget import RunBudget
from compression.calls import Caller
from compression.prices import Prices
from compression.store import Store


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the command's parser."""
    group = parser.add_argument_group("paid calls", "none is made without --max-cost or --max-calls")
    group.add_argument("--dry-run", action="store_true", help="print calls, tokens and cost; make nothing")
    group.add_argument("--max-cost", type=_money, metavar="AMOUNT", help="stop before this much is spent in this run")
    group.add_argument("--max-calls", type=_count, metavar="N", help="stop after this many paid calls in this run")
    group.add_argument("--prices", type=Path, metavar="FILE", help="your price table (default: TWICETOLD_PRICES)")
    group.add_argument("--concurrency", type=_count, default=2, metavar="N", help="paid calls at a time (default: 2)")
    group.add_argument("--retry-failed", action="store_true", help="repeat paid calls that were refused or useless")
    group.add_argument(
        "--repeat-possibly-billed",
        action="store_true",
        help="repeat calls of which nobody knows what became: they may be paid twice",
    )


def caller(options: argparse.Namespace, store: Store) -> Caller | None:
    """Return who makes the paid calls; None when no limit was given, and so none may be made."""
    if options.max_cost is None and options.max_calls is None:
        return None
    return Caller(
        store,
        RunBudget(options.max_cost, options.max_calls),
        Prices.find(options.prices),
        concurrency=options.concurrency,
        repeat_possibly_billed=options.repeat_possibly_billed,
        retry_failed=options.retry_failed,
    )


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text} is no amount of money: write 5 or 2.50")
    return amount


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of calls: write a whole number from 1")
    return int(text)
