"""Jobs that pay: their limits hold over all their runs, and what was agreed once is done once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.utils import timezone

from surveys.models import Job, LedgerEntry, Study
from surveys.selectors.ledger import of_job
from surveys.services import job_leases, jobs
from surveys.services.spending import Terms
from tests.surveys import paid_studies
from tests.surveys.working import work

pytestmark = pytest.mark.django_db(transaction=True)
State = Job.State


@pytest.fixture
def study(tmp_path, monkeypatch) -> Study:
    monkeypatch.setenv("TWICETOLD_PRICES", str(paid_studies.write_prices(tmp_path)))
    monkeypatch.setattr(job_leases, "LOOKS_PER_SECOND", 1e9)
    return paid_studies.load(tmp_path)


def start(study: Study, **terms: Any) -> Job:
    return jobs.start(study=study, by="ada", terms=Terms(**terms))


@contextmanager
def after_bills(number: int, act: Callable[[], Any]) -> Iterator[None]:
    """Do something when so many calls are paid."""

    def look(instance: LedgerEntry, **_: Any) -> None:
        if LedgerEntry.objects.filter(kind="paid").count() == number and instance.kind == "paid":
            act()

    post_save.connect(look, sender=LedgerEntry)
    try:
        yield
    finally:
        post_save.disconnect(look, sender=LedgerEntry)


def lose_the_worker(job: Job) -> None:
    """Leave a job as it is after its worker was killed, and take it up again."""
    ran_out = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease_until=ran_out, finished_at=None)
    assert [row.state for row in jobs.requeue_stale(now=timezone.now())] == [State.QUEUED]


def test_a_limit_of_calls_goes_on_after_a_pause(study, paid_server):
    job = start(study, max_calls=2)
    with after_bills(2, lambda: jobs.pause(study=study)):
        assert work(job) == State.PAUSED
    jobs.resume(study=study)
    assert work(job) == State.FAILED
    assert "limit of 2 paid calls" in job.message
    assert len(paid_server.bills) == 2


@pytest.mark.parametrize("terms", [{"max_calls": 3}, {"max_cost": "0.03"}])
def test_a_limit_goes_on_after_a_death(study, paid_server, terms):
    job = start(study, **terms)
    assert work(job) == State.FAILED
    lose_the_worker(job)
    assert work(job) == State.FAILED
    assert paid_server.bills == ["chat", "chat", "image"]
    assert of_job(job).count() == 3


def test_what_was_agreed_to_repeat_is_not_repeated_after_a_death(study, paid_server):
    job = start(study, max_calls=1, repeat_possibly_billed=True)
    assert work(job) == State.FAILED
    lose_the_worker(job)
    job.refresh_from_db()
    assert job.options["repeat_possibly_billed"] is False


def test_the_next_job_has_its_own_limit(study, paid_server):
    assert work(start(study, max_calls=1)) == State.FAILED
    assert work(start(study, max_calls=3)) == State.DONE
    assert len(paid_server.bills) == 4
