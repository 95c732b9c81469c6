"""A Prolific of our own on this machine: the API, a site for participants, webhooks, and faults on demand."""

from surveys.panels.prolific.simulator.faults import Fault
from surveys.panels.prolific.simulator.server import Simulator
from surveys.panels.prolific.simulator.world import World

__all__ = ["Fault", "Simulator", "World"]
