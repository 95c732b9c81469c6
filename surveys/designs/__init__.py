"""Who sees what, in which order and on which side: pure functions that plan places and prove their balance."""

from surveys.designs.balance import BalanceProof, prove_balance
from surveys.designs.extras import ORIGINAL, Extras, ExtrasProof, prove_extras, study_alone, with_extras
from surveys.designs.frame import DesignError
from surveys.designs.places import PlannedItem, PlannedPlace, plan_places
from surveys.designs.top_up import TopUpProof, plan_top_up, prove_top_up

__all__ = [
    "ORIGINAL",
    "BalanceProof",
    "DesignError",
    "Extras",
    "ExtrasProof",
    "PlannedItem",
    "PlannedPlace",
    "TopUpProof",
    "plan_places",
    "plan_top_up",
    "prove_balance",
    "prove_extras",
    "prove_top_up",
    "study_alone",
    "with_extras",
]
