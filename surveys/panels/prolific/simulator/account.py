"""Operations on the workspace: its balance, the filters offered to it, its groups."""

from __future__ import annotations

from typing import Any

from surveys.panels.prolific.simulator import checks
from surveys.panels.prolific.simulator.records import Group
from surveys.panels.prolific.simulator.refusals import gone
from surveys.panels.prolific.simulator.routes import Reply, page, route
from surveys.panels.prolific.simulator.world import WORKSPACE, World

COUNTRIES = {"0": "United Kingdom", "1": "United States", "2": "Ireland", "3": "Germany", "4": "Czech Republic"}
FILTERS: list[dict[str, Any]] = [
    {"filter_id": "current-country-of-residence", "type": "select", "data_type": "ChoiceID", "choices": COUNTRIES},
    {"filter_id": "approval_rate", "type": "range", "data_type": "integer", "min": 0, "max": 100},
    {"filter_id": "approval_numbers", "type": "range", "data_type": "integer", "min": 0, "max": 100_000},
    {"filter_id": "participant_group_blocklist", "type": "select", "data_type": "ParticipantGroupID", "choices": {}},
]


@route("GET", "/workspaces/")
def list_workspaces(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    return page(query, [{"id": WORKSPACE, "title": "Simulated"}])


@route("GET", "/workspaces/ID/balance/")
def get_balance(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    _mine(identifier)
    return 200, {
        "currency_code": world.currency,
        "total_balance": world.available + world.held,
        "available_balance": world.available,
    }


@route("GET", "/filters/")
def list_filters(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    return 200, {"results": FILTERS}


@route("GET", "/participant-groups/")
def list_groups(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    _mine(query.get("workspace_id", ""))
    return page(query, [_show(one) for one in world.groups.values()])


@route("POST", "/participant-groups/")
def create_group(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    allowed: dict[str, type | tuple[type, ...]] = {"workspace_id": str, "name": str, "description": str}
    asked = checks.fields(body, allowed, ("workspace_id", "name"))
    _mine(asked["workspace_id"])
    made = Group(world.new_id(), asked["name"])
    world.groups[made.id] = made
    return 201, _show(made)


@route("POST", "/participant-groups/ID/participants/")
def add_to_group(world: World, identifier: str, query: dict[str, str], body: Any) -> Reply:
    if identifier not in world.groups:
        raise gone("group")
    asked = checks.fields(body, {"participant_ids": list}, ("participant_ids",))
    world.groups[identifier].members.update(map(str, asked["participant_ids"]))
    return 200, {"results": [{"participant_id": one} for one in sorted(world.groups[identifier].members)]}


def _show(one: Group) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "participant_count": len(one.members), "is_deleted": False}


def _mine(workspace: str) -> None:
    if workspace != WORKSPACE:
        raise gone("workspace")
