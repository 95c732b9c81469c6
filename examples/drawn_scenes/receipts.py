"""What the server acknowledged to simulated participants, kept in a file that only its owner can read."""

from __future__ import annotations

import csv
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("assignment", "position", "question", "receipt")


def _for_this_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass
class Receipts:
    """Each line is on the disk before the next answer is given."""

    path: Path | None = None
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *row: str | int) -> None:
        """Keep a receipt: assignment, position, question, receipt."""
        with self._lock:
            self.count += 1
            if self.path is None:
                return
            new = not self.path.exists()
            with open(self.path, "a", encoding="utf-8", newline="", opener=_for_this_user_alone) as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerows([COLUMNS, row] if new else [row])
                file.flush()
                os.fsync(file.fileno())
