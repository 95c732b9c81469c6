"""Hard caps on what may be spent: a run's own, and the protocol that any other budget implements."""

import threading
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
    currency: str = ""
    _amounts: dict[str, Decimal] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def limited(self) -> bool:
        """Whether there is any cap."""
        return self.max_cost is not None or self.max_calls is not None

    @property
    def spent(self) -> Decimal:
        """Money spent, and set aside for calls that are under way."""
        return sum(self._amounts.values(), NOTHING)

    @property
    def calls(self) -> int:
        """Calls made and under way that may be billed."""
        return len(self._amounts)

    def reserve(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Set aside the worst cost of a call; raise :class:`StopRun` when a cap would be passed."""
        with self._lock:
            if self.max_calls is not None and self.calls + 1 > self.max_calls:
                raise StopRun(f"The limit of {self.max_calls} paid calls is reached", RAISE_THE_CAP)
            if self.max_cost is not None:
                self._check_cost(self.max_cost, amount, currency)
            self._amounts[key] = amount or NOTHING

    def count(self, key: str, amount: Decimal | None, currency: str) -> None:
        """Count a call that was made, or set aside, before this budget was there; a cap may be passed by that."""
        with self._lock:
            self.currency = self.currency or currency
            self._amounts[key] = amount or NOTHING

    def settle(self, key: str, amount: Decimal | None) -> None:
        """Replace what was set aside by what the call cost."""
        with self._lock:
            if amount is not None:
                self._amounts[key] = amount

    def release(self, key: str) -> None:
        """Give back what was set aside."""
        with self._lock:
            self._amounts.pop(key, None)

    def _check_cost(self, cap: Decimal, amount: Decimal | None, currency: str) -> None:
        if amount is None:
            raise StopRun(
                "What a call costs at most is not known, so that no limit in money can hold",
                "complete the model's prices (see --dry-run), or limit the calls (--max-calls) instead",
            )
        self.currency = self.currency or currency
        if currency != self.currency:
            raise StopRun(
                f"Prices are in {self.currency} and {currency}, and one limit counts neither",
                "write all prices of this run in one currency",
            )
        if self.spent + amount > cap:
            raise StopRun(
                f"The next call could cost {amount} {currency}, with {self.spent} of {cap} spent or set aside",
                RAISE_THE_CAP,
            )
