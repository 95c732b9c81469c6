"""Operations on studies, as the service carries them out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from surveys.panels.prolific.simulator import checks
from surveys.panels.prolific.simulator.records import PLACE_TAKEN, Study
from surveys.panels.prolific.simulator.refusals import Refusal, gone, invalid, wrong_state
from surveys.panels.prolific.simulator.routes import Reply, page, route
from surveys.panels.prolific.simulator.world import PROJECT, World

MOVES = {
    ("UNPUBLISHED", "PUBLISH"): "ACTIVE",
    ("ACTIVE", "PAUSE"): "PAUSED",
    ("ACTIVE", "STOP"): "COMPLETED",
    ("PAUSED", "START"): "ACTIVE",
    ("PAUSED", "STOP"): "COMPLETED",
}


def text_of(at: float | None) -> str | None:
    """Write a time."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


@route("POST", "/studies/")
def create_study(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    values = checks.study(body)
    if values.get("project", PROJECT) != PROJECT:
        raise gone("project")
    made = Study(world.new_id(), values, world.now())
    world.studies[made.id] = made
    return 201, show(made)


@route("GET", "/studies/")
def list_studies(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    """All at once: the reference names no pages here."""
    return 200, {"results": [_short(study) for study in world.studies.values()]}


@route("GET", "/projects/ID/studies/")
def list_project_studies(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    if identifier != PROJECT:
        raise gone("project")
    return page(query, [_short(study) for study in world.studies.values()])


@route("GET", "/studies/ID/")
def get_study(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    return 200, show(world.study(identifier))


@route("DELETE", "/studies/ID/")
def delete_study(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    study = world.study(identifier)
    if study.phase != "UNPUBLISHED":
        raise wrong_state("A study", study.status(), "DELETE")
    del world.studies[identifier]
    return 204, None


@route("PATCH", "/studies/ID/")
def update_study(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    study, change = world.study(identifier), checks.fields(body, checks.STUDY)
    if study.phase == "UNPUBLISHED":
        study.values = checks.whole({**study.values, **change})
        return 200, show(study)
    for name in change:
        if name not in checks.PUBLISHED:
            raise invalid(**{name: "This field cannot be changed once the study is published."})
    if change.get("total_available_places", study.places) < study.places:
        raise invalid(total_available_places="The number of places can only be increased.")
    _grow(world, study, change)
    return 200, show(study)


def _grow(world: World, study: Study, change: dict[str, Any]) -> None:
    """Change a published study; one that was over recruits again when it has more places."""
    values, phase = study.values, study.phase
    grows = change.get("total_available_places", study.places) > study.places
    study.values = {**values, **change}
    if grows and phase == "COMPLETED":
        study.phase = "ACTIVE"
    try:
        world.settle(study)
    except Refusal:
        study.values, study.phase = values, phase
        raise


@route("POST", "/studies/ID/transition/")
def transition_study(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    study = world.study(identifier)
    action = checks.fields(body, {"action": str}, ("action",))["action"]
    if action not in {known for _, known in MOVES}:
        raise invalid(action="Not a valid choice.")
    before, after = study.phase, MOVES.get((study.status(), action))
    if after is None:
        raise wrong_state("A study", study.status(), action)
    if action == "PUBLISH":
        study.fee = world.fee(study.reward)
        screen_out = study.screen_out()
        study.screen_out_fee = world.fee(screen_out["fixed_screen_out_reward"]) if screen_out else 0
    study.phase = after
    try:
        world.settle(study)
    except Refusal:
        study.phase = before
        raise
    return 200, show(study)


@route("GET", "/studies/ID/cost/")
def get_study_cost(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    paid = world.study(identifier).paid

    def breakdown(rewards: str, fees: str) -> dict[str, Any]:
        amounts = {"rewards": paid[rewards], "fees": paid[fees], "tax": 0}  # tax is in the fees
        return {name: {"amount": float(cents), "currency": world.currency} for name, cents in amounts.items()}

    return 200, {"rewards": breakdown("rewards", "fees"), "bonuses": breakdown("bonuses", "bonus_fees")}


def show(study: Study) -> dict[str, Any]:
    """Return a study as the service shows it."""
    return {**study.values, "id": study.id, "status": study.status(), "date_created": text_of(study.created_at)}


def _short(study: Study) -> dict[str, Any]:
    names = ("name", "internal_name", "estimated_completion_time", "total_available_places", "reward")
    return {
        **{name: study.values.get(name) for name in names},
        "id": study.id,
        "status": study.status(),
        "places_taken": study.count(*PLACE_TAKEN),
        "number_of_submissions": len(study.submissions),
        "date_created": text_of(study.created_at),
    }
