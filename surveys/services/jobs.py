"""Ask for a study's stimuli in the background: start, pause, resume and stop a job, and queue anew what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from surveys.models import Job, Study
from surveys.services.errors import ConflictError
from surveys.services.spending import Terms
from surveys.tasks import make_stimuli

State = Job.State
ENDED = {State.PAUSING: State.PAUSED, State.STOPPING: State.STOPPED}
MOST_DEATHS = 5
DIED_TOO_OFTEN = (
    f"The worker died {MOST_DEATHS} times without making anything. Memory may be short: see what the worker and the "
    "system wrote, then make the stimuli again. What is made already is kept."
)
UNDER_WAY = "This study's stimuli are being made already: see the desk's page Stimuli, or stop that job first."


def start(*, study: Study, by: str, terms: Terms | None = None) -> Job:
    """Queue a study's stimuli to be made by a worker.

    Raises
    ------
    ConflictError
        A job of this study is under way already.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            options = (terms or Terms()).as_json()
            job = Job.objects.create(study=study, requested_by=by, options=options, queued_at=now)
            _enqueue(job)
    except IntegrityError as error:
        raise ConflictError(UNDER_WAY) from error
    return job


def require_none(study: Study) -> None:
    """Refuse while a job of the study is under way."""
    if study.jobs.filter(state__in=Job.ACTIVE).exists():
        raise ConflictError(UNDER_WAY)


def pause(*, study: Study) -> Job:
    """Ask for a pause: what has begun is finished first."""
    return _change(study, {State.QUEUED: State.PAUSED, State.RUNNING: State.PAUSING})


def stop(*, study: Study) -> Job:
    """Ask a job to end: what has begun is finished first, and kept."""
    ended = {State.QUEUED: State.STOPPED, State.PAUSED: State.STOPPED}
    return _change(study, ended | {State.RUNNING: State.STOPPING, State.PAUSING: State.STOPPING})


def resume(*, study: Study) -> Job:
    """Queue a paused job again; a pause that was only asked for is taken back."""
    return _change(study, {State.PAUSED: State.QUEUED, State.PAUSING: State.RUNNING})


@transaction.atomic
def _change(study: Study, steps: Mapping[State, State]) -> Job:
    job = Job.objects.select_for_update(no_key=True).filter(study=study, state__in=Job.ACTIVE).first()
    if job is None or job.state not in steps:
        there = f"it is {job.state}" if job else "no job is under way"
        msg = f"This can't be done now: {there}. Nothing was changed; look at the page again."
        raise ConflictError(msg)
    _set(job, steps[State(job.state)])
    return job


def _set(job: Job, state: State) -> None:
    job.state = state
    if job.state == State.STOPPED:
        job.finished_at = timezone.now()
    if job.state == State.QUEUED:
        job.queued_at = timezone.now()
    if job.state not in Job.HELD:
        job.run += 1  # a task of the run before finds that it is not its turn
    job.save(update_fields=["state", "finished_at", "queued_at", "run"])
    if job.state == State.QUEUED:
        _enqueue(job)


def _enqueue(job: Job) -> None:
    result = make_stimuli.enqueue(job.pk, job.run)
    Job.objects.filter(pk=job.pk).update(task=result.id)
    job.refresh_from_db()


@transaction.atomic
def hand_back(job: Job) -> str:
    """Settle a run that ended early: as was asked for by now, else back to the queue; empty if not its turn."""
    row = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, run=job.run, state__in=Job.HELD).first()
    if row is None:
        return ""
    row.lease_until, row.label = None, ""
    row.save(update_fields=["lease_until", "label"])
    _set(row, ENDED.get(State(row.state), State.QUEUED))
    return str(row.state)


def requeue_stale(*, now: datetime) -> list[Job]:
    """Take up jobs whose worker died, or whose task was lost; return those that were changed."""
    overdue = Job.objects.filter(state__in=Job.HELD, lease_until__lt=now)
    lost = [job for job in Job.objects.filter(state=State.QUEUED) if not _has_task(job, now)]
    return [job for job in (*map(_recover, overdue), *map(_queue_anew, lost)) if job]


def _has_task(job: Job, now: datetime) -> bool:
    """Tell whether a worker will come to a queued job, or has just taken it."""
    taken_since = now - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return _task(job.task).filter(Q(status="READY") | Q(status="RUNNING", started_at__gte=taken_since)).exists()


@transaction.atomic
def _recover(job: Job) -> Job | None:
    row = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, run=job.run, lease_until=job.lease_until).first()
    if row is None or row.state not in Job.HELD:
        return None
    _give_up(row.task)
    row.deaths += 1
    if row.deaths >= MOST_DEATHS:
        row.state, row.finished_at, row.message = State.FAILED, timezone.now(), DIED_TOO_OFTEN
    row.lease_until = None
    row.options = row.options | {"repeat_possibly_billed": False}  # agreed to for what was doubtful then, not since
    row.save(update_fields=["deaths", "state", "finished_at", "message", "lease_until", "options"])
    if row.state in Job.HELD:
        _set(row, ENDED.get(State(row.state), State.QUEUED))
    return row


@transaction.atomic
def _queue_anew(job: Job) -> Job | None:
    row = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, run=job.run, state=State.QUEUED).first()
    if row:
        _give_up(row.task)
        _set(row, State.QUEUED)
    return row


def _give_up(task: str) -> None:
    """Close the task of a dead worker, which would count as running for ever."""
    fields: dict[str, Any] = {"status": "FAILED", "finished_at": timezone.now(), "traceback": "The worker died."}
    _task(task).filter(status="RUNNING").update(**fields)


def _task(pk: str) -> QuerySet[Any]:
    return DBTaskResult.objects.filter(pk__in=[pk] if pk else [])
