"""Work on a job: make the stimuli, say how far it is, and end in good order when somebody asks."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from typing import Any

from django.db import Error as DatabaseError
from django.utils import timezone

from compression.build import BuildError, BuildStopped
from compression.study import StudyError
from surveys.models import Job
from surveys.services import jobs, spending, stimuli
from surveys.services.errors import ServiceError
from surveys.services.job_leases import Lease, lease
from surveys.services.job_reports import Report

State = Job.State
NOT_ITS_TURN = "queued anew, or ended, since"
log = logging.getLogger("twicetold.jobs")


def work(pk: int, run: int, executor: Executor | None = None) -> str:
    """Work on a job's run to its end, and return its state then; a run that was replaced is left alone.

    Parameters
    ----------
    pk, run
        The job, and which of its runs.
    executor
        As for :func:`compression.build.build`.
    """
    job = _begin(pk, run)
    if job is None:
        return NOT_ITS_TURN
    with lease(job) as held:
        try:
            _make(job, held, executor)
        except BuildStopped:
            return jobs.hand_back(job) or NOT_ITS_TURN
        except (BuildError, ServiceError, StudyError) as error:
            return _end(job, State.FAILED, str(error))
        except DatabaseError:
            raise  # the lease runs out, and the job is queued anew
        except Exception as error:
            _end(job, State.FAILED, f"{type(error).__name__}: {error}. The worker's log has the details.")
            raise
        return _end(job, State.DONE)


def _begin(pk: int, run: int) -> Job | None:
    now = timezone.now()
    waiting = Job.objects.filter(pk=pk, run=run, state=State.QUEUED)
    if not waiting.update(state=State.RUNNING, lease_until=Lease.end(now), progress={}, label="", message=""):
        return None
    Job.objects.filter(pk=pk, started_at=None).update(started_at=now)
    job = Job.objects.select_related("study").get(pk=pk)
    job.errors.all().delete()
    return job


def _make(job: Job, held: Lease, executor: Executor | None) -> None:
    terms = spending.Terms.of_json(job.options)
    caller = spending.caller(job.study, terms, job=job)
    report = Report(job)
    try:
        for event in stimuli.generate(
            study=job.study,
            executor=executor,
            caller=caller,
            stop=held.asked_to_end,
            retry_failed=terms.retry_failed,
        ):
            report.add(event)
    finally:
        report.write()


def _end(job: Job, state: State, message: str = "") -> str:
    ended: dict[str, Any] = {"state": state, "message": message, "finished_at": timezone.now()}
    mine = Job.objects.filter(pk=job.pk, run=job.run, state__in=Job.HELD)
    if not mine.update(lease_until=None, label="", **ended):
        return NOT_ITS_TURN
    log.info("The job of study %s is %s", job.study.slug, state)
    return str(state)
