"""Builds a small study that is paid for, in a process of its own that may be made to die at an exact moment.

``python -m tests.compression.dying STUDY STORE MOMENT WHEN``: killed (-9) before or after the journal gets a row whose
name ends with MOMENT; an empty MOMENT is none.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from compression.store import Store
from tests.compression import paid_worlds


@dataclass(frozen=True, slots=True)
class Dying(Store):
    """A store that kills its process at a moment."""

    moment: str = ""
    when: str = "before"

    def create(self, name: str, data: bytes) -> bool:
        mine = bool(self.moment) and name.endswith(f"-{self.moment}.json")
        if mine and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        made = Store.create(self, name, data)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return made


def main() -> None:
    study, root, moment, when = sys.argv[1:]
    store = Dying(Path(root), moment, when)
    plan = paid_worlds.plan(Path(study), originals=3)
    print(paid_worlds.run(plan, store, paid_worlds.caller(store)))


if __name__ == "__main__":
    main()
