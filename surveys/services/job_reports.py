"""How far a job is: kept in its row, twice a second at most, in transactions of a moment."""

from __future__ import annotations

import time
from typing import Any

from compression.build import Event
from surveys.models import Job, JobError

SECONDS_BETWEEN = 0.5


class Report:
    """Gathers the events of a run and writes what they come to into the job's row."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._progress: dict[str, dict[str, Any]] = {}
        self._errors: list[JobError] = []
        self._label = self._note = ""
        self._made = 0
        self._written = 0.0

    def add(self, event: Event) -> None:
        """Take an event in."""
        if event.kind == "area":
            self._progress.pop("rendition", None)
            self._note = event.message
        else:
            self._count(event)
            self._keep_error(event)
        if time.monotonic() - self._written > SECONDS_BETWEEN:
            self.write()

    def write(self) -> None:
        """Write what has come since; a run that made something has a worker that lives."""
        self._written = time.monotonic()
        if self._errors:
            JobError.objects.bulk_create(self._errors)
            self._errors = []
        values: dict[str, Any] = {"progress": self._progress, "label": self._label, "message": self._note}
        if self._made:
            values["deaths"] = 0
        Job.objects.filter(pk=self._job.pk, run=self._job.run, state__in=Job.HELD).update(**values)

    def _count(self, event: Event) -> None:
        step = self._progress.setdefault(event.kind, {"made": 0, "since": time.time()})
        step |= {"done": event.done, "total": event.total}
        if event.reused:
            step["since"] = time.time()  # the rate is that of making, not of finding
            return
        step["made"] += 1
        self._made += 1
        self._label = event.label

    def _keep_error(self, event: Event) -> None:
        failed = event.stimulus.state == "failed" if event.stimulus else event.kind in {"caption", "draw", "rendition"}
        if event.message and failed:
            self._errors.append(JobError(job=self._job, step=event.kind, label=event.label, reason=event.message))
