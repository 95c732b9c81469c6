"""A Mechanical Turk of our own on this machine: the wire protocol, the worker site, and faults on demand."""

from surveys.panels.mturk.simulator.faults import Fault
from surveys.panels.mturk.simulator.server import Simulator
from surveys.panels.mturk.simulator.world import World

__all__ = ["Fault", "Simulator", "World"]
