"""The operations on submitted work, and those that pay."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from surveys.panels.mturk.fees import bonus_fee
from surveys.panels.mturk.simulator.operations import must_be_a_known_worker, operation
from surveys.panels.mturk.simulator.paging import page
from surveys.panels.mturk.simulator.records import Bonus
from surveys.panels.mturk.simulator.refusals import bad_parameter, refused, wrong_state
from surveys.panels.mturk.simulator.show import show_assignment, show_bonus, show_hit
from surveys.panels.mturk.simulator.world import DAY, World

OVERRIDABLE = 30 * DAY


@operation("GetAssignment")
def get_assignment(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit, one = world.assignment(request["AssignmentId"])
    shown = show_assignment(one, world.approves_itself_at(hit, one))
    return {"Assignment": shown, "HIT": show_hit(hit, world.now())}


@operation("ListAssignmentsForHIT")
def list_assignments_for_hit(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit = world.hit(request["HITId"])
    states = request.get("AssignmentStatuses") or ["Submitted", "Approved", "Rejected"]
    listed = [one for one in hit.assignments.values() if one.state in states and world.shows(one)]
    return page(
        "ListAssignmentsForHIT",
        request,
        listed,
        "Assignments",
        lambda one: show_assignment(one, world.approves_itself_at(hit, one)),
    )


@operation("ApproveAssignment")
def approve_assignment(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit, one = world.judged(request["AssignmentId"])
    override = request.get("OverrideRejection", False)
    if override and one.state == "Rejected" and world.now() > one.submitted_at + OVERRIDABLE:
        raise refused("AssignmentTooOldToOverride", "This assignment was submitted more than 30 days ago.")
    if one.state != "Submitted" and not (override and one.state == "Rejected"):
        raise wrong_state("Assignment", one.state, "Submitted, Rejected" if override else "Submitted")
    world.approve(hit, one, at=world.now())
    one.feedback = request.get("RequesterFeedback", one.feedback)
    return {}


@operation("RejectAssignment")
def reject_assignment(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit, one = world.judged(request["AssignmentId"])
    if not request["RequesterFeedback"]:
        raise bad_parameter("RequesterFeedback", "")
    if one.state != "Submitted":
        raise wrong_state("Assignment", one.state, "Submitted")
    one.state, one.decided_at, one.feedback = "Rejected", world.now(), request["RequesterFeedback"]
    world.settle(hit)
    return {}


@operation("SendBonus")
def send_bonus(world: World, request: dict[str, Any]) -> dict[str, Any]:
    token = request.get("UniqueRequestToken")
    if world.seen("SendBonus", token):
        raise refused("DuplicateRequest", f'The idempotency token "{token}" has already been processed.')
    must_be_a_known_worker(world, request["WorkerId"])
    hit, one = world.judged(request["AssignmentId"])
    amount = Decimal(request["BonusAmount"])
    if one.worker != request["WorkerId"]:
        raise refused("InvalidAssignmentState", "This worker did not submit this assignment.")
    if amount <= 0 or not request["Reason"]:
        raise bad_parameter("BonusAmount", request["BonusAmount"])
    world.pay(amount, bonus_fee(amount, on=_today()))
    world.bonuses.append(Bonus(one.id, hit.id, one.worker, amount, request["Reason"], world.now()))
    world.remember("SendBonus", token, one.id)
    return {}


@operation("ListBonusPayments")
def list_bonus_payments(world: World, request: dict[str, Any]) -> dict[str, Any]:
    if ("HITId" in request) == ("AssignmentId" in request):
        raise bad_parameter("HITId", "exactly one of HITId and AssignmentId")
    listed = [
        bonus
        for bonus in world.bonuses
        if request.get("HITId", bonus.hit) == bonus.hit
        and request.get("AssignmentId", bonus.assignment) == bonus.assignment
    ]
    return page("ListBonusPayments", request, listed, "BonusPayments", show_bonus)


def _today() -> date:
    return datetime.now(UTC).date()
