"""One limit on requests for the whole process, whatever opens how many clients."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Let calls through at a rate, evenly; safe to share between threads."""

    def __init__(self, per_second: float, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._gap = 1 / per_second
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call may be made."""
        with self._lock:
            now = time.monotonic()
            at = max(self._next, now)
            self._next = at + self._gap
        if at > now:
            self._sleep(at - now)


_paces: dict[str, Pace] = {}
_lock = threading.Lock()


def pace_of(endpoint: str, per_second: float) -> Pace:
    """Return the process's one pace for an endpoint; who asks first sets the rate."""
    with _lock:
        return _paces.setdefault(endpoint, Pace(per_second))
