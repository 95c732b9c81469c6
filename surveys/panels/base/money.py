"""Exact amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    currency: str  # ISO 4217

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._alike(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._alike(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _alike(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up.")
        return other.amount


@dataclass(frozen=True, slots=True)
class Price:
    """What n places cost: total = reward + fee."""

    places: int
    reward: Money
    fee: Money
    total: Money
    since: date  # from when the fees hold that were used
    source: str  # where they were read


@dataclass(frozen=True, slots=True)
class Way:
    """One way to advertise n places, and its price: panels whose fees depend on the size of a posting have several."""

    most: int  # places in one posting; 0 = all in one
    postings: int
    price: Price
