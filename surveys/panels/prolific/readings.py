"""The service's records in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from surveys.panels.base import BonusPaid, Money, PanelUnreachable, Posting, State, Status, Submission
from surveys.panels.prolific.fees import Terms, fee
from surveys.panels.prolific.money import from_cents
from surveys.panels.prolific.names import tokens_of
from surveys.panels.prolific.studies import OPEN, places_of

STATES = {
    "RESERVED": State.ACTIVE,
    "ACTIVE": State.ACTIVE,
    "AWAITING REVIEW": State.SUBMITTED,
    "APPROVED": State.APPROVED,
    "PARTIALLY APPROVED": State.APPROVED,
    "REJECTED": State.REJECTED,
    "RETURNED": State.RETURNED,
    "TIMED-OUT": State.TIMED_OUT,
    "SCREENED OUT": State.SCREENED_OUT,
}
TAKES_A_PLACE = (State.ACTIVE, State.SUBMITTED, State.APPROVED)
UNDECIDED = (State.ACTIVE, State.SUBMITTED)
APPROVES_ITSELF = timedelta(days=21)  # Prolific's help pages on reviewing submissions


@dataclass(frozen=True, slots=True)
class Charges:
    """What money in a reading is counted with."""

    account: Terms
    currency: str
    on: date


def state_of(word: str) -> State:
    """Return our word for a submission's status."""
    found = STATES.get(word.upper().replace("_", " ").replace("TIMED OUT", "TIMED-OUT"))
    if found is None:
        raise PanelUnreachable(
            "Prolific says a status of a submission that is not known here.", "Report this.", code=word[:20]
        )
    return found


def posting(study: Mapping[str, Any], site: str) -> Posting:
    """Read a study."""
    opening, published = tokens_of(str(study.get("internal_name") or ""))
    return Posting(
        reference=str(study["id"]),
        places=places_of(study),
        token=published or opening,
        url=f"{site}/studies/{study['id']}",
        opening=str(study["id"]),
    )


def submission(one: Mapping[str, Any], study: str) -> Submission:
    """Read a submission of a list."""
    state, submitted = state_of(str(one["status"])), _at(one.get("completed_at"))
    waits = state is State.SUBMITTED and submitted is not None
    return Submission(
        posting=study,
        assignment=str(one["id"]),
        person=str(one["participant_id"]),
        state=state,
        accepted_at=_at(one.get("started_at")),
        submitted_at=submitted,
        approved_by_itself_at=submitted + APPROVES_ITSELF if waits and submitted is not None else None,
        receipt_code=str(one.get("study_code") or ""),
    )


def bonus(one: Submission, cents: int, currency: str) -> BonusPaid:
    """Read a bonus, of which the service tells the amount alone."""
    return BonusPaid(one.assignment, one.person, from_cents(cents, currency))


def status(
    study: Mapping[str, Any],
    work: Iterable[Submission],
    bonuses: Iterable[BonusPaid],
    cost: Mapping[str, Any],
    charges: Charges,
) -> Status:
    """Put together what a study has cost, by the service's word, and what it may still cost, by our count."""
    work, word = tuple(work), str(study["status"])
    places = places_of(study)
    free = max(0, places - sum(one.state in TAKES_A_PLACE for one in work)) if word in {*OPEN, "PAUSED"} else 0
    reward = from_cents(study["reward"], charges.currency)
    each = reward + Money(fee(reward.amount, charges.account, on=charges.on), charges.currency)
    return Status(
        posting=str(study["id"]),
        open=word in OPEN and free > 0,
        places=places,
        submissions=work,
        bonuses=tuple(bonuses),
        cost=total_cost(cost, charges.currency),
        liability=each * (sum(one.state in UNDECIDED for one in work) + free),
        places_free=free if word in OPEN else 0,
    )


def total_cost(cost: Mapping[str, Any], currency: str) -> Money:
    """Add up what the service says a study has cost: rewards and bonuses, each with fees and tax."""
    cents = Decimal(0)
    for kind in ("rewards", "bonuses"):
        breakdown = cost.get(kind) or {}
        for share in ("rewards", "fees", "tax"):
            cents += Decimal(str((breakdown.get(share) or {}).get("amount") or 0))
    return from_cents(cents, currency)


def _at(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
