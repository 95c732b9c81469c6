"""The lease under which a worker holds a job: kept alive while it works, and lost when it dies."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from surveys.models import Job

LOOKS_PER_SECOND = 2
log = logging.getLogger("twicetold.jobs")


@dataclass(slots=True)
class Lease:
    """Held while a job is worked on."""

    job: Job
    ending: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    looked_at: float = 0

    @staticmethod
    def end(now: datetime) -> datetime:
        """Return until when a lease holds that is renewed now."""
        return now + timedelta(seconds=settings.JOB_LEASE_SECONDS)

    def asked_to_end(self) -> bool:
        """Tell whether to end: the worker is told to, somebody pauses or stops the job, or another worker has it."""
        if not self.ending.is_set() and time.monotonic() - self.looked_at > 1 / LOOKS_PER_SECOND:
            self.looked_at = time.monotonic()
            if not Job.objects.filter(pk=self.job.pk, run=self.job.run, state=Job.State.RUNNING).exists():
                self.ending.set()
        return self.ending.is_set()

    def renew_until_done(self) -> None:
        """Renew the lease from time to time; in a thread of its own, since a single step may take minutes."""
        while not self.done.wait(settings.JOB_LEASE_SECONDS / 4):
            try:
                self._renew()
            except DatabaseError:
                log.warning("The lease of %s could not be renewed; trying again", self.job, exc_info=True)
            finally:
                connection.close()

    def _renew(self) -> None:
        mine = Job.objects.filter(pk=self.job.pk, run=self.job.run, state__in=Job.HELD)
        if not mine.update(lease_until=self.end(timezone.now())):
            self.ending.set()


@contextmanager
def lease(job: Job) -> Iterator[Lease]:
    """Hold a job that was just begun, and hear when the worker is told to end."""
    held = Lease(job)
    renewing = threading.Thread(target=held.renew_until_done, daemon=True)
    renewing.start()
    try:
        with _hearing_sigterm(held.ending):
            yield held
    finally:
        held.done.set()
        renewing.join()


@contextmanager
def _hearing_sigterm(ending: threading.Event) -> Iterator[None]:
    """Set an event on SIGTERM or Ctrl-C, besides what happens then anyway."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    heard = {number: handler for number, handler in before.items() if callable(handler)}

    def hear(number: int, frame: FrameType | None) -> None:
        ending.set()
        heard[signal.Signals(number)](number, frame)

    for number in heard:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
