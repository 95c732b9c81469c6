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
    group.add_argument("--concurrency", type=count, default=2, metavar="N", help="paid calls at a time (default: 2)")
    add_limits(group)


def add_limits(parser: argparse._ActionsContainer) -> None:
    """Add what limits a run's paid calls, and says which of them may be repeated, to any command's parser."""
    parser.add_argument("--max-cost", type=money, metavar="AMOUNT", help="stop before this much is spent in this run")
    parser.add_argument("--max-calls", type=count, metavar="N", help="stop after this many paid calls in this run")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="your price table (default: TWICETOLD_PRICES)")
    parser.add_argument("--retry-failed", action="store_true", help="repeat paid calls that were refused or useless")
    parser.add_argument(
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


def money(text: str) -> Decimal:
    """Return an amount of money; argparse reports what is wrong with it."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text} is no amount of money: write 5 or 2.50")
    return amount


def count(text: str) -> int:
    """Return a number of calls, 1 or more; argparse reports what is wrong with it."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of calls: write a whole number from 1")
    return int(text)
