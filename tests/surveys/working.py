"""What a worker does, in the process of the tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from surveys.models import Job
from surveys.services import job_runs


def work(job: Job) -> str:
    """Do what a worker does with a job's latest run."""
    job.refresh_from_db()
    with ThreadPoolExecutor(1) as executor:
        state = job_runs.work(job.pk, job.run, executor)
    job.refresh_from_db()
    return state
