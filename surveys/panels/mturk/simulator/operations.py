"""Every operation that we use, as the service carries it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from surveys.panels.mturk.fees import fee
from surveys.panels.mturk.simulator.limits import check
from surveys.panels.mturk.simulator.paging import page
from surveys.panels.mturk.simulator.records import Hit
from surveys.panels.mturk.simulator.refusals import bad_parameter, gone, invalid, refused, wrong_state
from surveys.panels.mturk.simulator.shapes import checked
from surveys.panels.mturk.simulator.show import show_hit
from surveys.panels.mturk.simulator.world import World

Operation: TypeAlias = Callable[[World, dict[str, Any]], dict[str, Any]]
OPERATIONS: dict[str, Operation] = {}
TYPE_DEFAULTS = {"AutoApprovalDelayInSeconds": 2_592_000, "Keywords": "", "QualificationRequirements": []}
SYSTEM = {"00000000000000000040", "000000000000000000L0", "00000000000000000071", "00000000000000000060"}
FEW, MANY = 9, 10


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register a function under the service's name for it."""

    def register(function: Operation) -> Operation:
        OPERATIONS[name] = function
        return function

    return register


def carry_out(world: World, name: str, request: Any) -> dict[str, Any]:
    """Check a request against the model and the limits, then do it."""
    if name not in OPERATIONS:
        raise refused("NotSupported", f"This simulator does not carry out {name}.")
    request = checked(name, request)
    check(request)
    with world.lock:
        world.tick(every=1)
        return OPERATIONS[name](world, request)


@operation("GetAccountBalance")
def get_account_balance(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {"AvailableBalance": f"{world.available:.2f}", "OnHoldBalance": f"{world.held:.2f}"}


@operation("CreateHITType")
def create_hit_type(world: World, request: dict[str, Any]) -> dict[str, Any]:
    values = {**TYPE_DEFAULTS, **request}
    for requirement in values["QualificationRequirements"]:
        kind = requirement["QualificationTypeId"]
        if kind not in SYSTEM and kind not in world.qualifications:
            raise gone("QualificationType", kind)
    for identifier, known in world.types.items():
        if known == values:
            return {"HITTypeId": identifier}
    identifier = world.new_id()
    world.types[identifier] = values
    return {"HITTypeId": identifier}


@operation("CreateHITWithHITType")
def create_hit_with_hit_type(world: World, request: dict[str, Any]) -> dict[str, Any]:
    token = request.get("UniqueRequestToken")
    before = world.seen("CreateHIT", token)
    if before:
        raise refused(world.already_code, world.already.format(id=before))
    if "Question" not in request:
        raise invalid(["Value null at 'question' failed to satisfy constraint: Member must not be null"])
    values = world.types.get(request["HITTypeId"])
    if values is None:
        raise gone("HITType", request["HITTypeId"])
    hit = _new_hit(world, request, values)
    world.hits[hit.id] = hit
    try:
        world.settle(hit)
    except Exception:
        del world.hits[hit.id]
        raise
    world.remember("CreateHIT", token, hit.id)
    return {"HIT": show_hit(hit, world.now())}


def _new_hit(world: World, request: dict[str, Any], values: dict[str, Any]) -> Hit:
    now, most, reward = world.now(), request.get("MaxAssignments", 1), Decimal(values["Reward"])
    return Hit(
        id=world.new_id(),
        type=request["HITTypeId"],
        values=values,
        question=request["Question"],
        annotation=request.get("RequesterAnnotation", ""),
        most=most,
        created_at=now,
        expires_at=now + request["LifetimeInSeconds"],
        reward=reward,
        fee=fee(reward, places=most, on=datetime.now(UTC).date()),
    )


@operation("CreateAdditionalAssignmentsForHIT")
def create_additional_assignments_for_hit(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit, more = world.changed(request["HITId"]), int(request["NumberOfAdditionalAssignments"])
    token = request.get("UniqueRequestToken")
    if world.seen("CreateAdditionalAssignmentsForHIT", token):
        raise refused("DuplicateRequest", f'The idempotency token "{token}" has already been processed.')
    _must_not_be_disposed(world, hit)
    if hit.most <= FEW and hit.most + more >= MANY:
        raise refused("InvalidMaximumAssignmentsIncrease", "The maximum cannot go from less than 10 to 10 or more.")
    hit.most += more
    try:
        world.settle(hit)
    except Exception:
        hit.most -= more
        raise
    hit.reviewing = False
    world.remember("CreateAdditionalAssignmentsForHIT", token, hit.id)
    return {}


@operation("UpdateExpirationForHIT")
def update_expiration_for_hit(world: World, request: dict[str, Any]) -> dict[str, Any]:
    at = request["ExpireAt"]
    hit = world.changed(request["HITId"], expires=at <= world.now())
    token = f"{hit.id}{at}"
    if world.seen("UpdateExpirationForHIT", token):
        raise refused("DuplicateRequest", f'The idempotency token "{token}" has already been processed.')
    _must_not_be_disposed(world, hit)
    before = hit.expires_at
    hit.expires_at = min(float(at), world.now()) if at <= world.now() else float(at)
    try:
        world.settle(hit)
    except Exception:
        hit.expires_at = before
        raise
    world.remember("UpdateExpirationForHIT", token, hit.id)
    return {}


@operation("GetHIT")
def get_hit(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {"HIT": show_hit(world.hit(request["HITId"]), world.now())}


@operation("ListHITs")
def list_hits(world: World, request: dict[str, Any]) -> dict[str, Any]:
    now = world.now()
    listed = [hit for hit in world.hits.values() if not hit.disposed and now >= hit.created_at + world.hits_lag]
    return page("ListHITs", request, listed, "HITs", lambda hit: show_hit(hit, now))


@operation("UpdateHITReviewStatus")
def update_hit_review_status(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit = world.hit(request["HITId"])
    wanted = "Reviewing" if request.get("Revert") else "Reviewable"
    if hit.status(world.now()) != wanted:
        raise wrong_state("HIT", hit.status(world.now()), wanted)
    hit.reviewing = not request.get("Revert", False)
    return {}


@operation("DeleteHIT")
def delete_hit(world: World, request: dict[str, Any]) -> dict[str, Any]:
    hit = world.changed(request["HITId"])
    now = hit.status(world.now())
    if now not in ("Reviewable", "Reviewing") or hit.count("Submitted"):
        raise wrong_state("HIT", now, "Reviewing, Reviewable")
    hit.disposed = True
    world.settle(hit)
    return {}


def _must_not_be_disposed(world: World, hit: Hit) -> None:
    if hit.disposed:
        raise wrong_state("HIT", hit.status(world.now()), "Assignable, Unassignable, Reviewable, Reviewing")


def must_be_a_known_worker(world: World, identifier: str) -> None:
    """Refuse a worker whom nobody has seen."""
    if identifier not in world.workers:
        raise bad_parameter("WorkerId", identifier)
