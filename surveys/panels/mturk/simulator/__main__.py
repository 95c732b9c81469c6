"""python -m surveys.panels.mturk.simulator [--port N] [--balance USD]: a Mechanical Turk to practise with."""

from __future__ import annotations

import argparse
import threading
from decimal import Decimal

from surveys.panels.mturk.simulator import Simulator, World
from surveys.panels.mturk.simulator.server import KEYS

A_FEW_SECONDS = 3  # in which a new HIT can only be expired, as at the service


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m surveys.panels.mturk.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--balance", type=Decimal, default=Decimal("10000.00"))
    asked = parser.parse_args()
    world = World(asked.balance)
    world.changes_lag = A_FEW_SECONDS
    with Simulator(world, port=asked.port) as simulator:
        (key, secret), *_ = KEYS.items()
        print(f"AWS_ENDPOINT_URL_MTURK={simulator.url} AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret}")
        print(f"FRAMED_BY={simulator.url}")
        print(f"Workers: {simulator.url}/worker/?worker=A1SIMULATED", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
