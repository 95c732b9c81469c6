"""Waiting that threads share: when a service asks one of them to slow down, all do."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_SECONDS = 60.0
PATIENCE_SECONDS = 600.0  # a service that asks for more is left for today


@dataclass(slots=True)
class BackOff:
    """The moment before which no call is made."""

    sleep: Callable[[float], None] = time.sleep
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Sleep until calls may be made again."""
        seconds = self._until - time.monotonic()
        if seconds > 0:
            self.sleep(seconds)

    def later(self, tried: int, asked: float | None) -> None:
        """Move the moment: by what the service asked for, else 1, 2, 4 … up to 60 seconds."""
        seconds = asked if asked is not None else min(LONGEST_SECONDS, 2.0**tried)
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)
