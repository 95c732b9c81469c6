"""What the stricter Mechanical Turk does for each operation that a requester of ours may call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from tests.panels.mturk.stricter.service import SECRET_OF_STATES, No, State

Call: TypeAlias = Callable[[State, dict[str, Any]], dict[str, Any]]
CALLS: dict[str, Call] = {}
DAY = 86_400


def call(name: str) -> Callable[[Call], Call]:
    def register(function: Call) -> Call:
        CALLS[name] = function
        return function

    return register


def cents(amount: str, share: str) -> int:
    whole = Decimal(amount)
    return int((whole + max((whole * Decimal(share)).quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("0.01"))) * 100)


def cost(state: State, hit: dict[str, Any], places: int) -> int:
    share = "0.20" if hit["MaxAssignments"] < 10 else "0.40"
    return places * cents(state.types[hit["HITTypeId"]]["Reward"], share)


def page(state: State, request: dict[str, Any], name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Cut a list: tokens are good once, for their own query; the last page may be empty."""
    query = {key: value for key, value in request.items() if key != "NextToken"}
    mark = name + hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()
    of, start = state.pages.pop(request["NextToken"], ("", 0)) if "NextToken" in request else (mark, 0)
    if of != mark:
        raise No("", "The value is not valid for the parameter NextToken.", "ParameterValidationError")
    size = request.get("MaxResults", 10)
    shown = items[start : start + size]
    reply: dict[str, Any] = {"NumResults": len(shown), name: shown}
    if len(shown) == size:
        reply["NextToken"] = state.new_id()
        state.pages[reply["NextToken"]] = (mark, start + size)
    return reply


def status(state: State, identifier: str) -> str:
    hit = state.hits[identifier]
    taken = state.at_work(identifier, "accepted", "Submitted", "Approved", "Rejected")
    if state.now() < hit["Expiration"] and len(taken) < hit["MaxAssignments"]:
        return "Assignable"
    return "Unassignable" if state.at_work(identifier, "accepted") else "Reviewable"


def show(state: State, identifier: str) -> dict[str, Any]:
    hit = {key: value for key, value in state.hits[identifier].items() if key != "deleted"}
    kind = state.types[hit["HITTypeId"]]
    pending = len(state.at_work(identifier, "accepted"))
    done = len(state.at_work(identifier, "Approved", "Rejected"))
    waiting = len(state.at_work(identifier, "Submitted"))
    return {
        **hit, "HITId": identifier, "HITStatus": status(state, identifier), "Reward": kind["Reward"],
        "Title": kind["Title"], "NumberOfAssignmentsPending": pending, "NumberOfAssignmentsCompleted": done,
        "NumberOfAssignmentsAvailable": hit["MaxAssignments"] - pending - done - waiting,
    }  # fmt: skip


@call("GetAccountBalance")
def get_account_balance(state: State, request: dict[str, Any]) -> dict[str, Any]:
    return {"AvailableBalance": f"{Decimal(state.cents) / 100:.2f}"}


@call("CreateHITType")
def create_hit_type(state: State, request: dict[str, Any]) -> dict[str, Any]:
    for known, values in state.types.items():
        if values == request:
            return {"HITTypeId": known}
    made = state.new_id()
    state.types[made] = request
    return {"HITTypeId": made}


@call("CreateHITWithHITType")
def create_hit_with_hit_type(state: State, request: dict[str, Any]) -> dict[str, Any]:
    made, now = state.new_id(), state.now()
    hit = {
        "HITTypeId": request["HITTypeId"], "MaxAssignments": request.get("MaxAssignments", 1), "CreationTime": now,
        "Expiration": now + request["LifetimeInSeconds"], "deleted": False,
        "RequesterAnnotation": request.get("RequesterAnnotation", ""),
    }  # fmt: skip
    state.use("CreateHIT", request.get("UniqueRequestToken"), made, cost(state, hit, hit["MaxAssignments"]))
    state.hits[made] = hit
    return {"HIT": show(state, made)}


@call("CreateAdditionalAssignmentsForHIT")
def create_additional_assignments_for_hit(state: State, request: dict[str, Any]) -> dict[str, Any]:
    hit, more = state.hit(request["HITId"], young_too=False), request["NumberOfAdditionalAssignments"]
    if hit["MaxAssignments"] < 10 <= hit["MaxAssignments"] + more:
        raise No("InvalidMaximumAssignmentsIncrease", "Not from fewer than 10 to 10 or more.")
    state.use("Add", request.get("UniqueRequestToken"), "added", cost(state, hit, more))
    hit["MaxAssignments"] += more
    return {}


@call("UpdateExpirationForHIT")
def update_expiration_for_hit(state: State, request: dict[str, Any]) -> dict[str, Any]:
    past = request["ExpireAt"] <= state.now()
    hit = state.hit(request["HITId"], young_too=past)
    state.use("Expire", f"{request['HITId']}{request['ExpireAt']}", "expired")
    hit["Expiration"] = state.now() if past else request["ExpireAt"]
    return {}


@call("GetHIT")
def get_hit(state: State, request: dict[str, Any]) -> dict[str, Any]:
    state.hit(request["HITId"])
    return {"HIT": show(state, request["HITId"])}


@call("ListHITs")
def list_hits(state: State, request: dict[str, Any]) -> dict[str, Any]:
    seen = [
        show(state, one)
        for one, hit in reversed(state.hits.items())
        if not hit["deleted"] and state.now() - hit["CreationTime"] >= state.list_lag
    ]
    return page(state, request, "HITs", seen)


@call("DeleteHIT")
def delete_hit(state: State, request: dict[str, Any]) -> dict[str, Any]:
    hit = state.hit(request["HITId"], young_too=False)
    now = status(state, request["HITId"])
    if now != "Reviewable" or state.at_work(request["HITId"], "Submitted"):
        raise No("InvalidHITState", f"This HIT is currently in the state '{now}'. {SECRET_OF_STATES}Reviewable")
    hit["deleted"] = True
    return {}


@call("CreateQualificationType")
def create_qualification_type(state: State, request: dict[str, Any]) -> dict[str, Any]:
    if request["Name"] in state.names_taken | {one["Name"] for one in state.kinds.values()}:
        raise No("Invalid", "You have already created a QualificationType with this name.")
    made = state.new_id()
    state.kinds[made] = {"QualificationTypeId": made, "Name": request["Name"], "QualificationTypeStatus": "Active"}
    return {"QualificationType": state.kinds[made]}


@call("ListQualificationTypes")
def list_qualification_types(state: State, request: dict[str, Any]) -> dict[str, Any]:
    found = [one for one in state.kinds.values() if request.get("Query", "") in one["Name"]]
    return page(state, request, "QualificationTypes", found)


@call("AssociateQualificationWithWorker")
def associate_qualification_with_worker(state: State, request: dict[str, Any]) -> dict[str, Any]:
    return {}


def submitted(state: State, request: dict[str, Any]) -> dict[str, Any]:
    one = state.work.get(request["AssignmentId"])
    if one is None:
        raise No("AssignmentDoesNotExist", "Assignment does not exist.")
    state.hit(one["HITId"])
    if one["state"] in ("accepted", "returned"):
        raise No("InvalidAssignmentState", SECRET_OF_STATES + "Reviewable,Approved,Rejected")
    return one


def settled(state: State, request: dict[str, Any]) -> dict[str, Any]:
    one = submitted(state, request)
    if state.now() - one["at"] < state.null_for:
        raise No("InvalidAssignmentState", SECRET_OF_STATES + "null")
    return one


def show_work(name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "AssignmentId": name, "WorkerId": one["WorkerId"], "HITId": one["HITId"], "AssignmentStatus": one["state"],
        "SubmitTime": one["at"],
    }  # fmt: skip


@call("GetAssignment")
def get_assignment(state: State, request: dict[str, Any]) -> dict[str, Any]:
    return {"Assignment": show_work(request["AssignmentId"], submitted(state, request))}


@call("ListAssignmentsForHIT")
def list_assignments_for_hit(state: State, request: dict[str, Any]) -> dict[str, Any]:
    state.hit(request["HITId"])
    wanted = request.get("AssignmentStatuses") or ("Submitted", "Approved", "Rejected")
    return page(
        state, request, "Assignments",
        [show_work(one, state.work[one]) for one in state.at_work(request["HITId"], *wanted)],
    )  # fmt: skip


def judge(state: State, request: dict[str, Any], verdict: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    one = settled(state, request)
    if one["state"] not in allowed:
        raise No(
            "InvalidAssignmentState",
            f"This Assignment is currently in the state '{one['state']}'. {SECRET_OF_STATES}{', '.join(allowed)}",
        )
    if one["state"] == "Rejected" and state.now() - one["at"] > 30 * DAY:
        raise No("TooOld", "This assignment was submitted more than 30 days ago.")
    one["state"] = verdict
    return {}


@call("ApproveAssignment")
def approve_assignment(state: State, request: dict[str, Any]) -> dict[str, Any]:
    override = ("Rejected",) if request.get("OverrideRejection") else ()
    return judge(state, request, "Approved", ("Submitted", *override))


@call("RejectAssignment")
def reject_assignment(state: State, request: dict[str, Any]) -> dict[str, Any]:
    return judge(state, request, "Rejected", ("Submitted",))


@call("SendBonus")
def send_bonus(state: State, request: dict[str, Any]) -> dict[str, Any]:
    one = settled(state, request)
    if one["WorkerId"] != request["WorkerId"]:
        raise No("", f'The value "{request["WorkerId"]}" is not valid for WorkerId.', "ParameterValidationError")
    state.use("Bonus", request.get("UniqueRequestToken"), "paid", cents(request["BonusAmount"], "0.20"))
    state.bonuses.append({key: value for key, value in request.items() if key != "UniqueRequestToken"})
    return {}


@call("ListBonusPayments")
def list_bonus_payments(state: State, request: dict[str, Any]) -> dict[str, Any]:
    hits = {one: work["HITId"] for one, work in state.work.items()}
    return page(
        state, request, "BonusPayments",
        [
            one for one in state.bonuses
            if request.get("AssignmentId", one["AssignmentId"]) == one["AssignmentId"]
            and request.get("HITId", hits[one["AssignmentId"]]) == hits[one["AssignmentId"]]
        ],
    )  # fmt: skip
