"""Faults on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from surveys.panels.mturk.simulator.refusals import Refusal, no_funds

Kind = Literal[
    "drop_before", "drop_after", "error_before", "error_after", "truncate", "empty", "break_off", "throttle",
    "no_funds", "latency", "page", "page_403", "page_503", "garbage", "redirect",
]  # fmt: skip
A_PAGE = b"<!DOCTYPE html><title>Sign in</title><p>A proxy says: sign in first.</p>"
INSTEAD: dict[str, tuple[int, bytes, str]] = {
    "page": (200, A_PAGE, "text/html"),
    "page_403": (403, A_PAGE, "text/html"),
    "page_503": (503, A_PAGE, "text/html"),
    "garbage": (200, b"\x00\xff[", "application/octet-stream"),
    "redirect": (307, b"", "text/html"),
}
BEFORE: dict[str, Callable[[], Refusal]] = {
    "error_before": lambda: Refusal("Internal failure", kind="ServiceFault", status=500),
    "throttle": lambda: Refusal("Rate exceeded", kind="ThrottlingException"),
    "no_funds": no_funds,
}


@dataclass
class Fault:
    """Something that goes wrong with the next calls of an operation ("*" = any).

    drop_before, drop_after: the connection breaks before the call was carried out, or after; error_before, error_after:
    HTTP 500; truncate, empty, break_off: carried out, and half of the reply arrives, or nothing of it, or half of what
    was promised; throttle, no_funds: refused; latency: later; page, page_403, page_503, garbage, redirect: somebody
    else answers, and nothing is carried out.
    """

    kind: Kind
    operation: str = "*"
    times: int = 1
    skip: int = 0  # calls that go well first
    seconds: float = 0  # of latency


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
