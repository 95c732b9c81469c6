"""Hard caps on what may be spent: a run's own, and the protocol that any other budget implements."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from compression.errors import StopRun

NOTHING = Decimal(0)
RAISE_THE_CAP = "run it again with a higher limit to go on; finished work is kept"


class Budget(Protocol):
    """What decides, before each paid call, whether it may be made."""

    def reserve(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Set aside the worst cost of a call, None when it is unknown; raise :class:`StopRun` over a cap."""

    def settle(self, key: str, amount: Decimal | None) -> None:
        """Replace what was set aside by what the call cost, None when only the worst is known."""

    def release(self, key: str) -> None:
        """Give back what was set aside for a call that costs nothing."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The rule of every hard cap: what is spent, set aside and asked for next stays within it.

    Attributes
    ----------
    max_cost, currency
        Most money, None for no cap; without a currency that of the first price counts.
    max_calls
        Most calls that may be billed, None for no cap.
    whose
        What messages put before "limit", ``study's `` for example.
    remedy
        How a cap is raised.
    """

    max_cost: Decimal | None = None
    max_calls: int | None = None
    currency: str = ""
    whose: str = ""
    remedy: str = RAISE_THE_CAP

    @property
    def limited(self) -> bool:
        """Whether there is any cap."""
        return self.max_cost is not None or self.max_calls is not None

    def check(self, calls: int, spent: Mapping[str, Decimal], amount: Decimal | None, currency: str) -> None:
        """Raise :class:`StopRun` when one more call would pass a cap.

        Parameters
        ----------
        calls, spent
            Calls made and under way, and money spent and set aside by currency.
        amount, currency
            The worst cost of the next call, None when it is unknown.
        """
        if self.max_calls is not None and calls + 1 > self.max_calls:
            raise StopRun(f"The {self.whose}limit of {self.max_calls} paid calls is reached", self.remedy)
        if self.max_cost is not None:
            self._check_cost(self.max_cost, spent, amount, currency)

    def _check_cost(self, cap: Decimal, spent: Mapping[str, Decimal], amount: Decimal | None, currency: str) -> None:
        if amount is None:
            raise StopRun(
                "What a call costs at most is not known, so that no limit in money can hold",
                "complete the model's prices (see --dry-run), or limit the calls (--max-calls) instead",
            )
        currencies = [name for name in dict.fromkeys([self.currency, *spent, currency]) if name]
        if len(currencies) > 1:
            raise StopRun(
                f"Prices are in {' and '.join(currencies)}, and one limit counts neither",
                "write limit and prices in one currency",
            )
        so_far = spent.get(currency, NOTHING)
        mine = f"the {self.whose}{cap}" if self.whose else cap
        if so_far + amount > cap:
            raise StopRun(
                f"The next call could cost {amount} {currency}, with {so_far} of {mine} spent or set aside",
                self.remedy,
            )


@dataclass(slots=True)
class RunBudget:
    """The caps of one run; threads may share it.

    Parameters
    ----------
    max_cost
        Most money, in the price table's currency; None: no cap.
    max_calls
        Most calls that may be billed; None: no cap.
    """

    max_cost: Decimal | None = None
    max_calls: int | None = None
    _amounts: dict[str, tuple[Decimal, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def caps(self) -> Caps:
        """The rule that holds for it."""
        return Caps(self.max_cost, self.max_calls)

    @property
    def spent(self) -> dict[str, Decimal]:
        """Money spent, and set aside for calls that are under way, by currency."""
        found: dict[str, Decimal] = {}
        for amount, currency in self._amounts.values():
            if amount:
                found[currency] = found.get(currency, NOTHING) + amount
        return found

    @property
    def calls(self) -> int:
        """Calls made and under way that may be billed."""
        return len(self._amounts)

    def reserve(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Set aside the worst cost of a call; raise :class:`StopRun` when a cap would be passed."""
        with self._lock:
            self.caps.check(self.calls, self.spent, amount, currency)
            self._amounts[key] = (amount or NOTHING, currency)

    def count(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Count a call that was made, or set aside, before this budget was there; a cap may be passed by that."""
        with self._lock:
            self._amounts[key] = (amount or NOTHING, currency)

    def settle(self, key: str, amount: Decimal | None) -> None:
        """Replace what was set aside by what the call cost."""
        with self._lock:
            if amount is not None:
                self._amounts[key] = (amount, self._amounts[key][1])

    def release(self, key: str) -> None:
        """Give back what was set aside."""
        with self._lock:
            self._amounts.pop(key, None)
