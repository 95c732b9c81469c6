"""The door behind the simulator: faults, the clock, lags, money, people."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from surveys.panels.mturk.simulator.faults import Fault
from surveys.panels.mturk.simulator.refusals import gone
from surveys.panels.mturk.simulator.world import World

if TYPE_CHECKING:
    from surveys.panels.mturk.simulator.server import Simulator


def change(simulator: Simulator, what: str, asked: dict[str, Any]) -> None:
    """Do what a POST to the door asks for."""
    if what not in CHANGES:
        raise gone("Page", what)
    CHANGES[what](simulator, asked)


def _faults(simulator: Simulator, asked: dict[str, Any]) -> None:
    simulator.faults.add(Fault(**asked)) if asked else simulator.faults.clear()


def _clock(simulator: Simulator, asked: dict[str, Any]) -> None:
    simulator.world.advance(float(asked["seconds"]))


def _lag(simulator: Simulator, asked: dict[str, Any]) -> None:
    for name, seconds in asked.items():
        if name not in ("submissions", "verdicts", "hits", "changes"):
            raise gone("Lag", name)
        setattr(simulator.world, f"{name}_lag", float(seconds))


def _words(simulator: Simulator, asked: dict[str, Any]) -> None:
    simulator.world.already_code = str(asked.get("already_code", simulator.world.already_code))
    simulator.world.already = str(asked.get("already", simulator.world.already))


def _funds(simulator: Simulator, asked: dict[str, Any]) -> None:
    with simulator.world.lock:
        simulator.world.deposited += Decimal(asked["add"])
        simulator.world.available += Decimal(asked["add"])


def _workers(simulator: Simulator, asked: dict[str, Any]) -> None:
    worker = simulator.world.worker(asked.pop("id"))
    for name in ("country", "approvals", "percent"):
        setattr(worker, name, asked.get(name, getattr(worker, name)))


CHANGES: dict[str, Callable[[Simulator, dict[str, Any]], None]] = {
    "faults": _faults, "clock": _clock, "lag": _lag, "words": _words, "funds": _funds, "workers": _workers,
}  # fmt: skip


def state(world: World) -> dict[str, Any]:
    """Say what there is."""
    with world.lock:
        now = world.now()
        return {
            "available": str(world.available),
            "held": str(world.held),
            "paid": str(world.paid),
            "fees": str(world.fees),
            "balances": world.balances(),
            "hits": [
                {
                    "id": hit.id, "status": hit.status(now), "annotation": hit.annotation, "most": hit.most,
                    "assignments": len(hit.assignments),
                }
                for hit in world.hits.values()
            ],
            "calls": list(world.calls),
        }  # fmt: skip
