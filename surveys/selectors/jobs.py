"""How far a study's latest job is, in numbers and in words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.models import Job, JobError, Study

QUEUED_TOO_LONG_SECONDS = 10
SHOWN_ERRORS = 20
FEWEST_FOR_A_RATE = 3
ORDER = ("caption", "draw", "stimulus", "rendition")


@dataclass(frozen=True)
class StepShown:
    """One kind of step: how many are done, and while it is under way how many a minute and what is left."""

    name: str
    done: int
    total: int
    per_minute: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class JobShown:
    """A job as the desk shows it."""

    job: Job
    steps: list[StepShown]
    errors: list[JobError]
    more_errors: int
    unattended: bool
    behind: Study | None
    said: str


def latest(study: Study, *, now: datetime) -> JobShown | None:
    """Return a study's latest job; None when there never was one."""
    job = study.jobs.order_by("pk").last()
    if job is None:
        return None
    errors = job.errors.count()
    waits = job.state == Job.State.QUEUED and (now - job.queued_at).total_seconds() > QUEUED_TOO_LONG_SECONDS
    behind = _in_front(job).first() if waits else None
    return JobShown(
        job=job,
        steps=[_step(job, kind) for kind in ORDER if kind in job.progress],
        errors=list(job.errors.order_by("-pk")[:SHOWN_ERRORS]),
        more_errors=max(errors - SHOWN_ERRORS, 0),
        unattended=waits and behind is None,
        behind=behind.study if behind else None,
        said=_in_words(job, errors),
    )


def _in_front(job: Job) -> QuerySet[Job]:
    """Return jobs that somebody works on, so that this one may have to wait."""
    return Job.objects.filter(state__in=Job.HELD).exclude(pk=job.pk).select_related("study")


def _step(job: Job, kind: str) -> StepShown:
    names = {
        "caption": _("Words"),
        "draw": _("Draws to choose from"),
        "stimulus": _("Stimuli"),
        "rendition": _("Pictures shown"),
    }
    step: dict[str, Any] = job.progress[kind]
    done, total = step["done"], step["total"]
    shown = StepShown(names[kind], done, total)
    if job.state not in Job.HELD or done >= total or step["made"] < FEWEST_FOR_A_RATE:
        return shown
    per_second = step["made"] / max(time.time() - step["since"], 0.001)
    return StepShown(shown.name, done, total, 60 * per_second, (total - done) / per_second)


def _in_words(job: Job, errors: int) -> str:
    """Return one sentence for people who listen: coarse, so that it changes seldom."""
    states = {
        Job.State.QUEUED: _("Waiting for a worker."),
        Job.State.RUNNING: _("Making the stimuli."),
        Job.State.PAUSING: _("Pausing."),
        Job.State.PAUSED: _("Paused."),
        Job.State.STOPPING: _("Stopping."),
        Job.State.STOPPED: _("Stopped."),
        Job.State.DONE: _("The stimuli are made."),
        Job.State.FAILED: _("The run has failed."),
    }
    words = [states[Job.State(job.state)]]
    if job.state == Job.State.RUNNING and job.progress:
        step = _step(job, next(kind for kind in reversed(ORDER) if kind in job.progress))
        percent = 10 * int(10 * step.done / step.total) if step.total else 100
        words.append(_("%(step)s: %(percent)d %%.") % {"step": step.name, "percent": percent})
    if errors:
        words.append(_("Errors: %(n)d.") % {"n": errors})
    return " ".join(words)
