"""Faults on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "drop_before", "drop_after", "error_before", "error_after", "truncate", "throttle", "no_funds", "latency"
]
BEFORE = ("drop_before", "error_before", "throttle", "no_funds")


@dataclass
class Fault:
    """Something that goes wrong with the next calls of an operation ("*" = any).

    drop_before, drop_after: the connection breaks before the call was carried out, or after; error_before, error_after:
    HTTP 500; truncate: carried out, and half of the reply arrives; throttle: 429, with `seconds` to wait; no_funds:
    refused; latency: `seconds` later.
    """

    kind: Kind
    operation: str = "*"
    times: int = 1
    skip: int = 0  # calls that go well first
    seconds: float = 0


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let something go wrong."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let all go well."""
        with self._lock:
            self._faults.clear()

    def left(self) -> list[Fault]:
        """Return what has not happened yet."""
        with self._lock:
            return [fault for fault in self._faults if fault.times > 0]

    def take(self, operation: str) -> Fault | None:
        """Return what goes wrong with a call that arrives now."""
        with self._lock:
            chosen = None
            for fault in self._faults:
                if fault.operation not in ("*", operation) or fault.times < 1:
                    continue
                if fault.skip:
                    fault.skip -= 1
                elif chosen is None:
                    fault.times -= 1
                    chosen = fault
            return chosen
