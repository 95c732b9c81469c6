"""The real worker: killed in the middle of a job, its job goes on; told to end, it hands the job back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surveys.models import Job, Stimulus, Study
from surveys.services import jobs, studies
from tests.servers import ROOT, environment
from tests.surveys import study_files

pytestmark = pytest.mark.races
ORIGINALS = 8
ORIGINAL = """
[[originals]]
slug = "more-{n}"
category = "things"
file = "originals/more-{n}"
"""


@pytest.fixture
def study(database_url, tmp_path) -> Study:
    """Return a study whose stimuli take some seconds."""
    more = "".join(ORIGINAL.format(n=n) for n in range(ORIGINALS))
    text = study_files.TEXT.replace("[[methods]]", f"{more}\n[[methods]]", 1)
    path = study_files.write(tmp_path / "files", text)
    for n in range(ORIGINALS):
        study_files.draw(path.parent / "originals" / f"more-{n}.png", 100 + n, (900, 700))
        study_files.draw(path.parent / "made" / f"more-{n}_w.png", 200 + n, (64, 64))
    captions = path.parent / "captions.csv"
    captions.write_text(captions.read_text() + "".join(f"more-{n},Thing {n}\n" for n in range(ORIGINALS)))
    return studies.load(path=path).study


@contextmanager
def worker(database_url: str, media_root: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``manage.py worker`` with a lease of two seconds."""
    settings = environment(database_url, media_root, JOB_LEASE_SECONDS="2")
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=settings, stderr=file)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def wait_until(met: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + 90
    while not met():
        assert time.monotonic() < end, log.read_text(errors="replace")
        time.sleep(0.05)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_a_killed_worker_is_replaced_and_its_job_finished_with_nothing_made_twice(
    study, database_url, settings, tmp_path
):
    job, log = jobs.start(study=study, by="ada"), tmp_path / "log"
    with worker(database_url, settings.MEDIA_ROOT, log) as process:
        wait_until(lambda: Stimulus.objects.count() >= 1, log)
        for pid in children(process):
            os.kill(pid, signal.SIGKILL)
        assert Job.objects.get().state == "running", "it was done before the kill: make the study larger"
        wait_until(lambda: Job.objects.get().state not in Job.ACTIVE, log)
    job.refresh_from_db()
    assert (job.state, job.run) == ("done", 2)
    assert Stimulus.objects.filter(state="ready").count() == Stimulus.objects.count() == 2 * (ORIGINALS + 2)
    assert job.progress["stimulus"]["made"] < job.progress["stimulus"]["total"], "what was made before was kept"
    assert "ended by itself (-9)" in log.read_text()


def test_a_worker_told_to_end_hands_its_job_back(study, database_url, settings, tmp_path):
    jobs.start(study=study, by="ada")
    log = tmp_path / "log"
    with worker(database_url, settings.MEDIA_ROOT, log) as process:
        wait_until(lambda: Stimulus.objects.count() >= 1, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert Job.objects.get().state == "queued"
