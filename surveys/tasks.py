"""What a worker does in the background."""

from __future__ import annotations

from django_tasks import task

from surveys.services import job_runs


@task()
def make_stimuli(job: int, run: int) -> str:
    """Work on a job, unless it was queued anew since; return how that ended."""
    return job_runs.work(job, run)
