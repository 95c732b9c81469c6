"""A look into the account before anything is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from surveys.panels.base import Money
from surveys.panels.mturk import fees
from surveys.panels.mturk.names import annotation, part
from surveys.panels.mturk.readings import dollars
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import no_funds


class Purse:
    """Looks once, before the first HIT is made, whether the account can pay for it and for all that follow."""

    def __init__(self, wire: Wire, reward: Money, sizes: Sequence[int], *, token: str) -> None:
        self._wire = wire
        self._costs = {annotation(part(token, str(k))): self._cost(reward.amount, size) for k, size in enumerate(sizes)}
        self._looked = False

    def check(self, first: int) -> None:
        """Refuse when the HITs from the k-th on, as far as they are not there yet, cost more than is available."""
        if self._looked:
            return
        costs = dict(list(self._costs.items())[first:])
        available = dollars(self._wire.call("GetAccountBalance")["AvailableBalance"]).amount
        if available < sum(costs.values()):
            needed = self._of_what_is_not_there(costs)
            if available < needed:
                raise no_funds(f"It needs {needed} USD and holds {available} USD.")
        self._looked = True

    def _of_what_is_not_there(self, costs: Mapping[str, Decimal]) -> Decimal:
        """Leave out what another run made, whose money is held already."""
        there = {hit.get("RequesterAnnotation") for hit in self._wire.pages("ListHITs")}
        return sum((cost for mark, cost in costs.items() if mark not in there), Decimal(0))

    @staticmethod
    def _cost(reward: Decimal, size: int) -> Decimal:
        return (reward + fees.fee(reward, places=size, on=datetime.now(UTC).date())) * size
