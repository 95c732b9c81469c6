"""Signed webhooks: what changes is posted to an address, in order, by a thread of its own."""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid

import httpx

from surveys.panels.prolific.simulator.records import Submission
from surveys.panels.prolific.webhook import CHANGE, EVENT_ID, SIGNATURE, TIMESTAMP, sign


class Hooks:
    """The one subscription there is; none until `subscribe`."""

    def __init__(self) -> None:
        self.answers: list[int] = []  # HTTP statuses, in the order of deliveries; 0 = nobody answered
        self._target: tuple[str, str] | None = None
        self._queue: queue.Queue[dict[str, str]] = queue.Queue()
        self._thread: threading.Thread | None = None

    def subscribe(self, url: str, secret: str) -> None:
        """Post to an address from now on."""
        self._target = (url, secret)
        if self._thread is None:
            self._thread = threading.Thread(target=self._deliver, daemon=True)
            self._thread.start()

    def unsubscribe(self) -> None:
        """Post nothing any more."""
        self._target = None

    def changed(self, one: Submission) -> None:
        """Tell of a submission."""
        if self._target is not None:
            self._queue.put(
                {
                    "resource_id": one.id,
                    "event_type": CHANGE,
                    "participant_id": one.participant,
                    "status": one.status,
                }
            )

    def wait(self) -> None:
        """Return when everything has been posted."""
        self._queue.join()

    def _deliver(self) -> None:
        while True:
            event = self._queue.get()
            try:
                if self._target is not None:
                    self.answers.append(post(*self._target, event))
            finally:
                self._queue.task_done()


def post(url: str, secret: str, event: dict[str, str]) -> int:
    """Post one event, signed as the service signs; return the status that was answered."""
    body, timestamp = json.dumps(event).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: timestamp,
        SIGNATURE: sign(body, timestamp, secret),
        EVENT_ID: str(uuid.uuid4()),
    }
    try:
        return httpx.post(url, content=body, headers=headers, timeout=10, trust_env=False).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0
