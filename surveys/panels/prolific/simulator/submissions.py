"""Operations on submissions, and those that pay."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from surveys.panels.prolific.simulator import checks
from surveys.panels.prolific.simulator.records import DUE, Bulk, Study, Submission
from surveys.panels.prolific.simulator.refusals import gone, invalid, no_funds, wrong_state
from surveys.panels.prolific.simulator.routes import Reply, page, route
from surveys.panels.prolific.simulator.studies import text_of
from surveys.panels.prolific.simulator.world import World
from surveys.panels.prolific.work import CATEGORIES, LEAST_MESSAGE

LINE = re.compile(r"([0-9a-z]{1,64}),([0-9]{1,6}(?:\.[0-9]{1,2})?)")
DONE = {"APPROVE": "APPROVED", "REJECT": "REJECTED", "UNREJECT": "AWAITING REVIEW"}
FROM = {"APPROVE": ("AWAITING REVIEW",), "REJECT": ("AWAITING REVIEW",), "UNREJECT": ("REJECTED",)}


@route("GET", "/submissions/")
def list_submissions(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    if "study" not in query:
        raise invalid(study="This field is required.")
    return page(query, [_short(one) for one in world.study(query["study"]).submissions.values()])


@route("GET", "/submissions/ID/")
def get_submission(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    return 200, _detail(world, world.submission(identifier)[1])


@route("POST", "/submissions/ID/transition/")
def transition_submission(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    study, one = world.submission(identifier)
    asked = checks.fields(body, {"action": str, "message": str, "rejection_category": str}, ("action",))
    action = asked["action"]
    if action not in DONE:
        raise invalid(action="Not a valid choice.")
    if action == "REJECT":
        _check_rejection(asked)
    if one.status == DONE[action]:  # asked twice: the second is ignored
        return 200, _detail(world, one)
    if one.status not in FROM[action]:
        raise wrong_state("A submission", one.status, action)
    if action == "APPROVE":
        world.approve(study, one)
    else:
        world.change(one, DONE[action])
    return 200, _detail(world, one)


def _check_rejection(asked: dict[str, Any]) -> None:
    if asked.get("rejection_category") not in CATEGORIES:
        raise invalid(rejection_category="Not a valid choice.")
    if len(asked.get("message", "")) < LEAST_MESSAGE:
        raise invalid(message=f"Ensure this field has at least {LEAST_MESSAGE} characters.")


@route("POST", "/submissions/ID/request-return/")
def request_return(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    one = world.submission(identifier)[1]
    checks.fields(body, {"request_return_reasons": list}, ("request_return_reasons",))
    if one.status not in DUE:
        raise wrong_state("A submission", one.status, "REQUEST_RETURN")
    one.return_requested = world.now()
    return 200, _detail(world, one)


@route("POST", "/submissions/bonus-payments/")
def set_up_bonus(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    asked = checks.fields(body, {"study_id": str, "csv_bonuses": str}, ("study_id", "csv_bonuses"))
    study = world.study(asked["study_id"])
    lines = [_line(study, text) for text in asked["csv_bonuses"].strip().split("\n")]
    made = Bulk(world.new_id(), study.id, lines)
    world.bulks[made.id] = made
    amount, fees = sum(cents for _, cents in lines), sum(world.fee(cents) for _, cents in lines)
    return 201, {
        "id": made.id,
        "study": study.id,
        "amount": amount,
        "fees": fees,
        "vat": 0,
        "total_amount": amount + fees,
    }


def _line(study: Study, text: str) -> tuple[str, int]:
    found = LINE.fullmatch(text)
    cents = int(Decimal(found[2]) * 100) if found else 0
    if found is None or cents < 1:
        raise invalid(csv_bonuses="Each line is an id and an amount.")
    for one in study.submissions.values():
        if found[1] in (one.id, one.participant):
            return one.id, cents
    raise invalid(csv_bonuses=f"{found[1]} did not take part in this study.")


@route("POST", "/bulk-bonus-payments/ID/pay/")
def pay_bonus(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    """Not idempotent, as the service says of itself: asked twice, it pays twice."""
    bulk = world.bulks.get(identifier)
    if bulk is None:
        raise gone("bulk bonus payment")
    if sum(cents + world.fee(cents) for _, cents in bulk.lines) > world.available:
        raise no_funds()
    study = world.study(bulk.study)
    for submission, cents in bulk.lines:
        world.pay(study, cents, world.fee(cents), bonus=True)
        study.submissions[submission].bonuses.append((world.now() + world.bonus_lag, cents))
    bulk.paid += 1
    return 202, "The bonuses will be paid shortly."


def _short(one: Submission) -> dict[str, Any]:
    return {
        "id": one.id,
        "participant_id": one.participant,
        "status": one.status,
        "started_at": text_of(one.started_at),
        "completed_at": text_of(one.completed_at),
        "has_siblings": False,
        "study_code": one.code,
        "return_requested": text_of(one.return_requested),
    }


def _detail(world: World, one: Submission) -> dict[str, Any]:
    return {
        "id": one.id,
        "study_id": one.study,
        "participant": one.participant,
        "status": one.status,
        "started_at": text_of(one.started_at),
        "completed_at": text_of(one.completed_at),
        "entered_code": one.code,
        "return_requested": text_of(one.return_requested),
        "bonus_payments": [float(cents) for seen, cents in one.bonuses if world.now() >= seen],
    }
