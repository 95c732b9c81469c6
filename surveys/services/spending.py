"""What a run may spend: its own limits, those of its study, and what else its requester decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from compression.budget import RunBudget
from compression.calls import Caller
from compression.definition import BudgetTable
from compression.prices import Prices
from surveys.models import Study
from surveys.selectors.pictures import store
from surveys.services.ledger import StudyBudget


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one run; plain data, so that a job can carry them.

    Attributes
    ----------
    max_cost, max_calls
        Most money, in the price table's currency, and most paid calls of this run.
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


def caller(study: Study, terms: Terms, prices: Path | None = None) -> Caller | None:
    """Return what makes a run's paid calls; None, so that none is made, when nothing limits what they cost."""
    own, limits = RunBudget(terms.max_cost, terms.max_calls), budget(study)
    if not (own.limited or limits.limited):
        return None
    return Caller(
        store(),
        StudyBudget(study.pk, limits, own),
        Prices.find(prices),
        retry_failed=terms.retry_failed,
        repeat_possibly_billed=terms.repeat_possibly_billed,
    )


def budget(study: Study) -> BudgetTable:
    """Return the limits that the study file sets."""
    return BudgetTable.model_validate(study.definition.get("budget") or {})
