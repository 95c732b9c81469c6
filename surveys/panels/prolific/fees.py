"""What Prolific takes, as dated rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from surveys.panels.base import Money, PanelRefused, Price
from surveys.panels.prolific.money import CENT

TERMS = re.compile(r"(?P<kind>[a-z]+)(?:\s*\+\s*vat\s*(?P<percent>[0-9]{1,2}(?:\.[0-9]+)?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees from a day on: shares of reward and bonus, by kind of account."""

    since: date
    shares: Mapping[str, Decimal]
    source: str


FEES = (
    Fees(
        since=date(2026, 9, 20),  # the day it was read: from when it holds was not said
        shares={"academic": Decimal("0.333"), "corporate": Decimal("0.428")},
        source="prolific.com/pricing, read on 2026-09-20; bonuses alike: Prolific's help pages",
    ),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account is charged: its kind, and the tax on the fee, which depends on where it is."""

    kind: str = "corporate"
    vat: Decimal = Decimal(0)  # share of the fee


def terms(text: str) -> Terms:
    """Read a setting such as “academic”, “corporate” or “academic + VAT 20”."""
    found = TERMS.fullmatch(text.strip())
    kind = found["kind"].lower() if found else ""
    if found is None or kind not in FEES[-1].shares:
        raise PanelRefused(
            f"“{text}” are no fees of Prolific.",
            "Set PROLIFIC_FEES to academic or corporate, with “+ VAT 20” where 20 % tax is charged on the fee.",
        )
    return Terms(kind, Decimal(found["percent"] or 0) / 100)


def fees_on(day: date) -> Fees:
    """Return the row that holds on a day."""
    rows = [row for row in FEES if row.since <= day]
    if not rows:
        raise PanelRefused(f"No fees of Prolific are known for {day}.", "Add a row to FEES with its source.")
    return max(rows, key=lambda row: row.since)


def fee(amount: Decimal, account: Terms, *, on: date) -> Decimal:
    """Return what is taken for one reward or one bonus, tax included.

    Each part is rounded half up to the cent: Prolific does not say how it rounds.
    """
    taken = _rounded(amount * fees_on(on).shares[account.kind])
    return taken + _rounded(taken * account.vat)


def price(places: int, reward: Money, account: Terms, *, on: date) -> Price:
    """Say what places cost."""
    row = fees_on(on)
    rewards = reward * places
    taken = Money(fee(reward.amount, account, on=on), reward.currency) * places
    return Price(places, rewards, taken, rewards + taken, row.since, row.source)


def _rounded(exact: Decimal) -> Decimal:
    return exact.quantize(CENT, ROUND_HALF_UP)
