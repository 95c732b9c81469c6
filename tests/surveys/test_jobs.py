"""Jobs: one at a time for a study, paused, resumed and stopped between two steps, and taken up when a worker died."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.signals import post_save
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from surveys.models import Job, Stimulus, Study
from surveys.services import job_leases, job_runs, jobs, studies
from surveys.services.errors import ConflictError
from tests.surveys import study_files
from tests.surveys.working import work

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def study(tmp_path) -> Study:
    return studies.load(path=study_files.write(tmp_path / "files")).study


@pytest.fixture
def job(study) -> Job:
    return jobs.start(study=study, by="ada")


@pytest.fixture(autouse=True)
def _looks_without_delay(monkeypatch) -> None:
    monkeypatch.setattr(job_leases, "LOOKS_PER_SECOND", 1e9)


@contextmanager
def at_the_first_stimulus(act: Callable[[], Any]) -> Iterator[None]:
    """Do something in the middle of a run: when its first stimulus is kept."""

    def once(**_: Any) -> None:
        post_save.disconnect(once, sender=Stimulus)
        act()

    post_save.connect(once, sender=Stimulus)
    try:
        yield
    finally:
        post_save.disconnect(once, sender=Stimulus)


@contextmanager
def resumed_before_it_is_settled(study: Study) -> Iterator[None]:
    """Take a pause back when the run has stopped already and its job is not settled yet."""
    settle = jobs.hand_back

    def late(job: Job) -> str:
        jobs.resume(study=study)
        return settle(job)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "hand_back", late)
        yield


def die(job: Job) -> None:
    """Leave a job as a worker does that is killed: held, its lease run out."""
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))
    DBTaskResult.objects.filter(pk=job.task).update(status="RUNNING", started_at=timezone.now())


def recover() -> list[Job]:
    return jobs.requeue_stale(now=timezone.now())


def test_a_worker_makes_every_stimulus_and_says_how_far_it_came(job):
    assert (job.state, DBTaskResult.objects.get().status) == (State.QUEUED, "READY")
    assert work(job) == State.DONE
    assert Stimulus.objects.filter(state="ready", current=True).count() == 4
    assert {kind: (step["done"], step["total"]) for kind, step in job.progress.items()} == {
        "stimulus": (4, 4),
        "rendition": (6, 6),
    }
    assert job.finished_at
    assert job.lease_until is None


def test_there_is_one_job_of_a_study_at_a_time(job, study):
    with pytest.raises(ConflictError, match="being made already"):
        jobs.start(study=study, by="bob")
    jobs.stop(study=study)
    assert jobs.start(study=study, by="bob").state == State.QUEUED


def test_a_pause_ends_a_run_between_two_steps_and_resuming_finishes_the_rest(job, study):
    with at_the_first_stimulus(lambda: jobs.pause(study=study)):
        assert work(job) == State.PAUSED
    assert job.progress["stimulus"]["done"]
    assert "rendition" not in job.progress
    jobs.resume(study=study)
    assert work(job) == State.DONE
    assert job.progress["stimulus"]["made"] == 0, "nothing is made twice"


def test_a_stop_ends_a_job_and_the_next_one_starts_where_it_was(job, study):
    with at_the_first_stimulus(lambda: jobs.stop(study=study)):
        assert work(job) == State.STOPPED
    assert job.finished_at
    assert work(jobs.start(study=study, by="ada")) == State.DONE


def test_a_worker_that_is_told_to_end_hands_its_job_back(job, study):
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    with at_the_first_stimulus(lambda: signal.raise_signal(signal.SIGTERM)):
        assert work(job) == State.QUEUED
    signal.signal(signal.SIGTERM, before)
    assert DBTaskResult.objects.get(pk=job.task).status == "READY", "the next worker need not wait for a sweep"
    assert recover() == []
    assert work(job) == State.DONE


def test_a_resume_while_a_run_is_ending_queues_the_job_with_a_task(job, study):
    with at_the_first_stimulus(lambda: jobs.pause(study=study)), resumed_before_it_is_settled(study):
        assert work(job) == State.QUEUED
    assert DBTaskResult.objects.get(pk=job.task).status == "READY"
    assert work(job) == State.DONE


def test_a_paused_job_waits_and_a_task_of_an_earlier_run_does_nothing(job, study):
    earlier = job.run
    jobs.pause(study=study)
    jobs.resume(study=study)
    assert job_runs.work(job.pk, earlier) == job_runs.NOT_ITS_TURN
    assert work(job) == State.DONE
    assert job_runs.work(job.pk, job.run) == job_runs.NOT_ITS_TURN


def test_a_pause_that_was_only_asked_for_is_taken_back(job, study):
    Job.objects.update(state=State.PAUSING)
    assert jobs.resume(study=study).state == State.RUNNING


@pytest.mark.parametrize(
    ("state", "change"),
    [("paused", jobs.pause), ("running", jobs.resume), ("done", jobs.stop), ("stopping", jobs.pause)],
)
def test_what_does_not_fit_its_state_is_refused_in_words(job, study, state, change):
    Job.objects.update(state=state)
    with pytest.raises(ConflictError, match="can't be done now"):
        change(study=study)


def test_a_job_whose_worker_died_is_queued_again(job):
    die(job)
    assert [row.state for row in recover()] == [State.QUEUED]
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]
    assert recover() == []
    assert work(job) == State.DONE


@pytest.mark.parametrize(("asked", "becomes"), [("pausing", "paused"), ("stopping", "stopped")])
def test_what_was_asked_of_a_worker_that_died_is_done(job, asked, becomes):
    die(job)
    Job.objects.update(state=asked)
    assert [row.state for row in recover()] == [becomes]


def test_a_job_under_a_lease_is_left_alone(job):
    die(job)
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=5))
    assert recover() == []


def test_a_job_that_kills_its_workers_is_given_up(job):
    for _ in range(jobs.MOST_DEATHS):
        job.refresh_from_db()
        die(job)
        recover()
    job.refresh_from_db()
    assert (job.state, job.active) == (State.FAILED, False)
    assert "Memory may be short" in job.message


def test_an_error_of_one_picture_is_kept_with_its_name_and_the_job_goes_on(study, tmp_path):
    picture = tmp_path / "files" / "made" / "two_w.png"
    picture.write_bytes(picture.read_bytes()[:-200])
    job = jobs.start(study=study, by="ada")
    assert work(job) == State.DONE
    assert [error.label for error in job.errors.all()] == ["two.words"]
    study_files.draw(tmp_path / "files" / "made" / "two_w.png", 11, (64, 64))
    assert work(jobs.start(study=study, by="ada")) == State.DONE
    assert not study.jobs.latest().errors.exists()


def test_a_study_whose_files_changed_fails_with_the_remedy(study, tmp_path):
    study_files.draw(tmp_path / "files" / "originals" / "one.png", 99)
    job = jobs.start(study=study, by="ada")
    assert work(job) == State.FAILED
    assert "load_study" in job.message


def test_the_command_leaves_the_work_to_a_worker(study, capsys):
    call_command("generate_stimuli", "--background", "--max-calls", "3", "--retry-failed")
    job = Job.objects.get()
    assert (job.options["max_calls"], job.options["retry_failed"]) == (3, True)
    with pytest.raises(CommandError, match="being made already"):
        call_command("generate_stimuli")
    die(job)
    call_command("requeue_stale")
    assert "small: the job's worker died; now it is queued." in capsys.readouterr().out
    call_command("requeue_stale")
    assert "No job has lost its worker." in capsys.readouterr().out
