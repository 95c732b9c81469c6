"""What a run may spend: its own limits, those of its study, and what else its requester decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from pathlib import Path
from typing import Any

from compression.budget import RunBudget
from compression.calls import Caller
from compression.definition import BudgetTable
from compression.estimate_table import EstimateTable
from compression.prices import Prices
from surveys.models import Job, Study
from surveys.selectors.ledger import Balance, of_job
from surveys.selectors.pictures import store
from surveys.services.ledger import StudyBudget

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one run; plain data, so that a job can carry them.

    Attributes
    ----------
    max_cost, max_calls
        Most money, in the price table's currency, and most paid calls; of a job, in all its runs together.
    retry_failed
        Whether paid steps that failed are tried again.
    repeat_possibly_billed
        Whether calls are made again of which nobody knows what became.
    """

    max_cost: Decimal | None = None
    max_calls: int | None = None
    retry_failed: bool = False
    repeat_possibly_billed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the terms as plain JSON data."""
        cost = None if self.max_cost is None else str(self.max_cost)
        repeats = {"retry_failed": self.retry_failed, "repeat_possibly_billed": self.repeat_possibly_billed}
        return {"max_cost": cost, "max_calls": self.max_calls, **repeats}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Terms:
        """Return terms from :meth:`as_json`."""
        return cls(**{**data, "max_cost": Decimal(data["max_cost"]) if data.get("max_cost") else None})


def caller(study: Study, terms: Terms, prices: Path | None = None, job: Job | None = None) -> Caller | None:
    """Return what makes a run's paid calls; None, so that none is made, when nothing limits what they cost.

    The terms of a job hold for all its runs together: what it has spent already counts.
    """
    own, limits = RunBudget(terms.max_cost, terms.max_calls), budget(study)
    for entry in of_job(job) if job else ():
        own.count(entry.key, entry.amount, entry.currency)
    if not (own.caps.limited or limits.limited):
        return None
    return Caller(
        store(),
        StudyBudget(study.pk, limits, own, job.pk if job else None),
        Prices.find(prices),
        retry_failed=terms.retry_failed,
        repeat_possibly_billed=terms.repeat_possibly_billed,
    )


def budget(study: Study) -> BudgetTable:
    """Return the limits that the study file sets."""
    return BudgetTable.model_validate(study.definition.get("budget") or {})


def proposal(table: EstimateTable, limits: BudgetTable, so_far: Balance) -> dict[str, str]:
    """Return the limits to propose for a run, as text: what it can need at most, and what is left of the study's."""
    costs = list(table.costs.values())
    cost = costs[0].quantize(CENT, ROUND_UP) if table.complete and len(costs) == 1 else None
    if limits.cost is not None:
        left = max(limits.cost - so_far.spent.get(limits.currency, Decimal(0)), Decimal(0)).quantize(CENT, ROUND_DOWN)
        cost = left if cost is None else min(left, cost)
    calls = table.calls
    if limits.max_calls is not None:
        calls = min(calls, max(limits.max_calls - so_far.calls, 0))
    return {"max_cost": "" if cost is None else str(cost), "max_calls": str(calls)}
