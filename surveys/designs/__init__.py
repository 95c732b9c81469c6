"""Who sees what, in which order and on which side: pure functions that plan places and prove their balance."""

from surveys.designs.balance import BalanceProof, prove_balance
from surveys.designs.extras import Extras, ExtrasProof, prove_extras, study_alone, with_extras
from surveys.designs.frame import DesignError
from surveys.designs.places import PlannedItem, PlannedPlace, plan_places

__all__ = [
    "BalanceProof",
    "DesignError",
    "Extras",
    "ExtrasProof",
    "PlannedItem",
    "PlannedPlace",
    "plan_places",
    "prove_balance",
    "prove_extras",
    "study_alone",
    "with_extras",
]
