"""What a worker does in the background."""

from __future__ import annotations

from typing import Any

from django_tasks import task


@task()
def make_stimuli(job: int, run: int) -> str:
    """Work on a job, unless it was queued anew since; return how that ended."""
    from surveys.services import job_runs  # it hands jobs back to the queue, and so knows of this task

    return job_runs.work(job, run)


@task()
def attend_panel(recruitment: int) -> str:
    """Advertise what is still to be advertised, tell the panel who began, and look at what it shows."""
    from surveys.services import attending

    return attending.attend(recruitment)


@task()
def tell_panel(recruitment: int) -> str:
    """Tell a panel who began, so that it offers them nothing of the same study again."""
    from surveys.services import attending

    return attending.tell(recruitment)


@task()
def act_at_panel(recruitment: int, action: str, asked: dict[str, Any]) -> str:
    """Carry out what was asked for on the desk."""
    from surveys.services import attending

    return attending.act(recruitment, action, asked)
