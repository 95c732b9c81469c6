"""What a worker does in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def make_stimuli(job: int, run: int) -> str:
    """Work on a job, unless it was queued anew since; return how that ended."""
    from surveys.services import job_runs  # it hands jobs back to the queue, and so knows of this task

    return job_runs.work(job, run)
