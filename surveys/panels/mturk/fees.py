"""What Mechanical Turk takes, as dated rows, rounded as it rounds: half up to the cent, one cent at least."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from surveys.panels.base import Money, PanelRefused, Price

CENT = Decimal("0.01")
MOST_IN_A_BATCH = 9


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees from a day on."""

    since: date
    share: Decimal  # of reward and bonus
    extra_share: Decimal  # of the reward, for postings of `extra_from` places or more
    extra_from: int
    least: Decimal
    source: str


FEES = (
    Fees(
        since=date(2015, 7, 22),
        share=Decimal("0.20"),
        extra_share=Decimal("0.20"),
        extra_from=10,
        least=CENT,
        source="AWS's notice to requesters of June 2015; 10 assignments costing more: reference of CreateHIT",
    ),
)


@dataclass(frozen=True, slots=True)
class BothPrices:
    """The same places in batches of at most nine, and in one posting."""

    batches: tuple[int, ...]
    in_batches: Price
    in_one: Price


def fees_on(day: date) -> Fees:
    """Return the row that holds on a day."""
    rows = [row for row in FEES if row.since <= day]
    if not rows:
        raise PanelRefused(f"No fees of Mechanical Turk are known for {day}.", "Add a row to FEES with its source.")
    return max(rows, key=lambda row: row.since)


def fee(reward: Decimal, *, places: int, on: date) -> Decimal:
    """Return the fee for one assignment of a posting with so many places."""
    row = fees_on(on)
    share = row.share + (row.extra_share if places >= row.extra_from else 0)
    return _rounded(reward * share, row.least)


def bonus_fee(amount: Decimal, *, on: date) -> Decimal:
    """Return the fee for one bonus."""
    row = fees_on(on)
    return _rounded(amount * row.share, row.least)


def batches(places: int, *, most: int = MOST_IN_A_BATCH) -> tuple[int, ...]:
    """Split places into postings of at most nine, or of `most`, as few as possible."""
    full, rest = divmod(places, most)
    return (most,) * full + ((rest,) if rest else ())


def both_prices(places: int, reward: Money, *, on: date) -> BothPrices:
    """Say what places cost in batches of at most nine, and in one posting."""
    return BothPrices(
        batches(places),
        in_batches=_price(places, reward, fee(reward.amount, places=min(places, MOST_IN_A_BATCH), on=on), on),
        in_one=_price(places, reward, fee(reward.amount, places=places, on=on), on),
    )


def _price(places: int, reward: Money, each: Decimal, on: date) -> Price:
    row = fees_on(on)
    rewards, fees = reward * places, Money(each, reward.currency) * places
    return Price(places, rewards, fees, rewards + fees, row.since, row.source)


def _rounded(exact: Decimal, least: Decimal) -> Decimal:
    return max(exact.quantize(CENT, ROUND_HALF_UP), least)
