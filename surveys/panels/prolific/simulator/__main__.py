"""python -m surveys.panels.prolific.simulator [--port N] [--balance AMOUNT]: a Prolific to practise with."""

from __future__ import annotations

import argparse
import threading
from decimal import Decimal

from surveys.panels.prolific.simulator import Simulator, World


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m surveys.panels.prolific.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8901)
    parser.add_argument("--balance", type=Decimal, default=Decimal("10000.00"))
    parser.add_argument("--currency", default="GBP")
    asked = parser.parse_args()
    with Simulator(World(int(asked.balance * 100), currency=asked.currency), port=asked.port) as simulator:
        print(f"PROLIFIC_API_URL={simulator.url} PROLIFIC_API_TOKEN={simulator.token}")
        print(f"Participants: {simulator.url}/site/?participant=5f00000000000000000000a1", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
