"""What the paid calls of a study would cost, before any is made."""

from __future__ import annotations

from pathlib import Path

from compression.estimate_table import EstimateTable
from compression.estimates import estimate_plan
from compression.prices import Prices
from surveys.models import Study
from surveys.selectors.pictures import store
from surveys.services.stimuli import plan_of


def estimate(study: Study, prices: Path | None = None) -> EstimateTable:
    """Return the paid calls that are left, and what they cost at most; nothing is sent anywhere."""
    return estimate_plan(plan_of(study), store(), Prices.find(prices))
