"""Keep worker processes alive: started anew with growing pauses when they die, and told to end in good order."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from surveys.services import attending, jobs, panel_people

LONGEST_PAUSE_SECONDS = 60
STEADY_SECONDS = 60
MANAGE = str(settings.BASE_DIR / "manage.py")
CHILD = (sys.executable, MANAGE, "db_worker", "--no-startup-delay", "--no-reload", "--interval", "1")
log = logging.getLogger("twicetold.worker")


@dataclass(slots=True)
class Child:
    """A process that takes tasks one by one; when it dies, another one after a pause."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_after: float = 0
    deaths: int = 0

    def look(self, now: float) -> None:
        """Start a process if none runs and the pause is over."""
        if self.process is not None and self.process.poll() is not None:
            self._mourn(self.process.returncode, now)
        if self.process is None and now >= self.start_after:
            self.process = subprocess.Popen((*CHILD, "--worker-id", self.name), process_group=0)
            self.started_at = now

    def _mourn(self, code: int, now: float) -> None:
        self.deaths = 1 if now - self.started_at > STEADY_SECONDS else self.deaths + 1
        pause = min(2 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
        log.error("Worker %s ended by itself (%s); the next one starts in %s s", self.name, code, pause)
        self.process, self.start_after = None, now + pause

    def ask_to_end(self) -> None:
        """Send SIGTERM: what has begun is finished, the job goes back to the queue."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self) -> None:
        """Wait until it has ended."""
        if self.process is not None:
            self.process.wait()


@dataclass(slots=True)
class Supervisor:
    """Runs children until SIGTERM or Ctrl-C; a second one ends them at once."""

    processes: int
    ending: threading.Event = field(default_factory=threading.Event)
    _children: list[Child] = field(default_factory=list)
    _sweep_after: float = 0

    def run(self) -> None:
        """Work until told to end."""
        self._children = [Child(f"worker-{number + 1}") for number in range(self.processes)]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        log.info("Working on jobs, %s at a time; Ctrl-C ends in good order", self.processes)
        while not self.ending.is_set():
            self._sweep()
            for child in self._children:
                child.look(time.monotonic())
            self.ending.wait(1)
        for child in self._children:
            child.wait()
        log.info("Ended; jobs that were under way wait in the queue")

    def _end(self, number: int, frame: FrameType | None) -> None:
        if not self.ending.is_set():
            log.info("Ending: what has begun is finished first")
        self.ending.set()
        for child in self._children:
            child.ask_to_end()  # a second time ends a process at once

    def _sweep(self) -> None:
        if time.monotonic() < self._sweep_after:
            return
        self._sweep_after = time.monotonic() + settings.JOB_LEASE_SECONDS
        try:
            for job in jobs.requeue_stale(now=timezone.now()):
                log.warning("The worker of study %s's job died; now the job is %s", job.study.slug, job.state)
            if forgotten := panel_people.forget():
                log.info("Deleted what panels call %d people: its day has come", forgotten)
            attending.attend_due(timezone.now())
        except DatabaseError:
            log.exception("The database does not answer; looking for lost jobs again later")
        finally:
            connection.close()
