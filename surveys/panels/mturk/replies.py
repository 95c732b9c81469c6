"""What a reply must hold to be one: a body that was cut, or a page of a proxy, reaches us as an empty success."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

Body = Literal["object", "empty", "other"]

# operation → the member, and what must be inside it
HOLDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "CreateHITType": ("HITTypeId", ()),
    "CreateHITWithHITType": ("HIT", ("HITId",)),
    "CreateQualificationType": ("QualificationType", ("QualificationTypeId",)),
    "GetHIT": ("HIT", ("HITId", "HITStatus", "MaxAssignments", "Reward")),
    "GetAssignment": ("Assignment", ("AssignmentId", "WorkerId", "AssignmentStatus")),
    "GetAccountBalance": ("AvailableBalance", ()),
}
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ListHITs": ("HITs", ("HITId", "HITStatus", "MaxAssignments", "Reward")),
    "ListAssignmentsForHIT": ("Assignments", ("AssignmentId", "WorkerId", "HITId", "AssignmentStatus")),
    "ListBonusPayments": ("BonusPayments", ("AssignmentId", "WorkerId", "BonusAmount")),
    "ListQualificationTypes": ("QualificationTypes", ("QualificationTypeId", "Name")),
}
NAMED_BY = {"ListHITs": ("HITId",), "ListAssignmentsForHIT": ("AssignmentId", "WorkerId")}


def body_of(content: bytes, kind: str) -> Body:
    """Say what arrived, before botocore makes an empty reply of whatever it cannot read; `kind` is its content type."""
    if not content.strip():
        return "empty" if "json" in kind.lower() else "other"
    try:
        return "object" if isinstance(json.loads(content), dict) else "other"
    except ValueError:
        return "other"


def is_whole(operation: str, reply: Mapping[str, Any], body: Body) -> bool:
    """Return whether a reply is one to this operation, with all that it must hold."""
    if operation in LISTS:
        return body == "object" and _is_whole_list(*LISTS[operation], reply)
    if operation in HOLDS:
        member, inside = HOLDS[operation]
        return body == "object" and bool(reply.get(member)) and _hold(inside, [reply[member]])
    return body != "other"  # nothing is in it


def _is_whole_list(listed: str, inside: tuple[str, ...], reply: Mapping[str, Any]) -> bool:
    items = reply.get(listed) or []
    promised = bool(reply.get("NumResults")) and not reply.get("NextToken")
    return bool(items or not promised) and _hold(inside, items)


def _hold(inside: tuple[str, ...], items: Iterable[Mapping[str, Any]]) -> bool:
    return all(one.get(member) not in (None, "") for one in items for member in inside)
