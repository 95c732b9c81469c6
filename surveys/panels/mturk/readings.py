"""The service's records in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from surveys.panels.base import BonusPaid, Money, PanelUnreachable, Posting, State, Status, Submission
from surveys.panels.mturk.fees import bonus_fee, fee
from surveys.panels.mturk.names import token_of
from surveys.panels.mturk.question import receipt_code

CURRENCY = "USD"
STATES = {"Submitted": State.SUBMITTED, "Approved": State.APPROVED, "Rejected": State.REJECTED}


def dollars(text: str | Decimal) -> Money:
    """Return an amount of the service's only currency."""
    try:
        return Money(Decimal(text), CURRENCY)
    except InvalidOperation as error:
        raise PanelUnreachable("Mechanical Turk's reply holds an amount that is none.", "Try again later.") from error


def posting(hit: Mapping[str, Any], site: str) -> Posting:
    """Read a HIT."""
    kind = str(hit.get("HITTypeId", ""))
    return Posting(
        reference=str(hit["HITId"]),
        places=int(hit.get("MaxAssignments", 0)),
        token=token_of(str(hit.get("RequesterAnnotation") or "")),
        url=f"{site}/projects/{hit.get('HITGroupId') or kind}/tasks",
        expires_at=hit.get("Expiration"),
        opening=kind,
    )


def submission(one: Mapping[str, Any]) -> Submission:
    """Read an assignment; the service shows only those that were submitted."""
    return Submission(
        posting=str(one["HITId"]),
        assignment=str(one["AssignmentId"]),
        person=str(one["WorkerId"]),
        state=STATES[one["AssignmentStatus"]],
        accepted_at=one.get("AcceptTime"),
        submitted_at=one.get("SubmitTime"),
        decided_at=one.get("ApprovalTime") or one.get("RejectionTime"),
        approved_by_itself_at=one.get("AutoApprovalTime"),
        receipt_code=receipt_code(str(one.get("Answer") or "")),
        feedback=str(one.get("RequesterFeedback") or ""),
    )


def bonus(one: Mapping[str, Any]) -> BonusPaid:
    """Read a bonus."""
    return BonusPaid(
        assignment=str(one["AssignmentId"]),
        person=str(one["WorkerId"]),
        amount=dollars(one["BonusAmount"]),
        paid_at=one.get("GrantTime"),
        reason=str(one.get("Reason") or ""),
    )


def status(
    hit: Mapping[str, Any], work: Iterable[Submission], bonuses: Iterable[BonusPaid], *, now: datetime, on: date
) -> Status:
    """Put together what one HIT has cost and may still cost.

    What remains is counted from the assignments themselves: no counter of the HIT holds what is submitted.
    """
    work, bonuses = tuple(work), tuple(bonuses)
    places, reward = int(hit["MaxAssignments"]), Decimal(hit["Reward"])
    each = reward + fee(reward, places=places, on=on)
    expires = hit.get("Expiration")
    is_open = hit["HITStatus"] == "Assignable" and (expires is None or expires > now)
    free = int(hit.get("NumberOfAssignmentsAvailable", 0)) if is_open else 0
    waiting = sum(one.state is State.SUBMITTED for one in work) + int(hit.get("NumberOfAssignmentsPending", 0))
    paid = each * sum(one.state is State.APPROVED for one in work)
    extra = sum((one.amount.amount + bonus_fee(one.amount.amount, on=on) for one in bonuses), Decimal(0))
    return Status(
        posting=str(hit["HITId"]),
        open=is_open,
        places=places,
        submissions=work,
        bonuses=bonuses,
        cost=dollars(paid + extra),
        liability=dollars(each * (waiting + free)),
        places_free=free,
    )
