"""Amounts as the service writes them: whole hundredths of a currency."""

from __future__ import annotations

from decimal import Decimal

from surveys.panels.base import Money, PanelRefused

CENT = Decimal("0.01")


def in_cents(amount: Money, currency: str = "") -> int:
    """Write an amount as the service takes it; refuse fractions, nothing, and another currency than the account's."""
    if currency and amount.currency != currency:
        raise PanelRefused(
            f"The workspace at Prolific pays in {currency}, not in {amount.currency}.",
            f"Give the amount in {currency}.",
        )
    cents = amount.amount * 100
    if cents != cents.to_integral_value() or cents <= 0:
        raise PanelRefused(f"{amount} is not an amount of whole cents above nothing.", "Round it to the cent.")
    return int(cents)


def from_cents(cents: object, currency: str) -> Money:
    """Read an amount of the service."""
    return Money((Decimal(str(cents)) / 100).quantize(CENT), currency)
