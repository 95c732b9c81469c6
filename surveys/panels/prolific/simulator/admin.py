"""The door behind: faults, clock, money, people, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surveys.panels.prolific.simulator.faults import Fault
from surveys.panels.prolific.simulator.refusals import gone
from surveys.panels.prolific.simulator.world import World

if TYPE_CHECKING:
    from surveys.panels.prolific.simulator.server import Simulator


def answer(simulator: Simulator, method: str, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked; say what there is."""
    world = simulator.world
    if method == "GET" and path == "/admin/state":
        return state(world)
    if path == "/admin/faults":
        simulator.faults.add(Fault(**asked)) if asked else simulator.faults.clear()
    elif path == "/admin/hook":
        simulator.hooks.subscribe(asked["url"], asked["secret"]) if asked else simulator.hooks.unsubscribe()
    elif path == "/admin/clock":
        world.advance(float(asked["seconds"]))
    elif path == "/admin/limit":
        world.per_second = int(asked["per_second"])
    elif path == "/admin/lag":
        world.bonus_lag = float(asked["bonuses"])
    elif path == "/admin/funds":
        with world.lock:
            world.deposited += int(asked["add"])
            world.available += int(asked["add"])
    elif path == "/admin/participants":
        who = world.participant(asked.pop("id"))
        for name in ("country", "approval_rate", "approvals"):
            setattr(who, name, asked.get(name, getattr(who, name)))
    else:
        raise gone("page")
    return {}


def state(world: World) -> dict[str, Any]:
    """Return balances, studies and the calls so far."""
    with world.lock:
        return {
            "currency": world.currency,
            "available": world.available,
            "held": world.held,
            "paid": world.paid,
            "fees": world.fees,
            "balances": world.balances(),
            "studies": [
                {
                    "id": study.id,
                    "status": study.status(),
                    "internal_name": study.values.get("internal_name"),
                    "places": study.places,
                    "submissions": [one.status for one in study.submissions.values()],
                }
                for study in world.studies.values()
            ],
            "calls": list(world.calls),
        }
