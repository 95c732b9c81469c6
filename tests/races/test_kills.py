"""kill -9 at moments drawn from a printed seed: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from surveys.models import Answer, Assignment, Place, Stimulus
from surveys.selectors import tables
from surveys.selectors.pictures import store
from surveys.services import stimuli, studies
from tests.servers import ROOT, Server, environment
from tests.surveys import factories, study_files

pytestmark = pytest.mark.races
KILLS = 10
GENERATOR_KILLS = 4
CLIENTS = 4


@pytest.fixture
def seed(note):
    drawn = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    note(f"KILL_SEED={drawn}")
    return drawn


def start_client(url: str, links: Path, receipts: Path, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.races.client", url, str(links), str(receipts), str(seed)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_receipts_equal_rows_through_kills_of_the_server(database_url, settings, tmp_path, seed, note):
    chance = random.Random(seed)
    survey, published = factories.make_published_survey(
        factories.make_study(originals=12, methods=4), raters=12, invitations=48
    )
    share = [published.keys[number::CLIENTS] for number in range(CLIENTS)]
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        running = []
        for number, keys in enumerate(share):
            links = tmp_path / f"links-{number}"
            links.write_text("\n".join(f"/join/{key}/" for key in keys))
            running.append(start_client(site.url, links, tmp_path / f"receipts-{number}", seed + number))
        kills = 0
        while kills < KILLS and any(process.poll() is None for process in running):
            time.sleep(chance.uniform(0.05, 0.6))
            site.kill()
            kills += 1
            site.start()
        outputs = [process.communicate(timeout=180)[0] for process in running]
    assert all(process.returncode == 0 for process in running), outputs
    receipts = [line for number in range(CLIENTS) for line in (tmp_path / f"receipts-{number}").read_text().split()]
    rows = list(Answer.objects.values_list("receipt", flat=True))
    assert sorted(receipts) == sorted(rows)
    assert len(rows) == len(set(rows)) == 48 * 12
    assert survey.places.filter(state=Place.State.FILLED).count() == 48
    assert Assignment.objects.filter(state=Assignment.State.SUBMITTED, holds_place=True).count() == 48
    assert kills == KILLS, "the clients were done before the kills: make the survey longer"
    note(f"{connection.vendor}: {kills} kills of the server, {len(receipts)} receipts acknowledged, {len(rows)} rows")


def test_stimuli_are_neither_lost_nor_made_twice_through_kills_of_the_generator(
    database_url, settings, tmp_path, seed, note
):
    chance = random.Random(seed)
    study = studies.load(path=study_files.write(tmp_path / "files")).study
    command = [sys.executable, "manage.py", "generate_stimuli"]
    settings_of_process = environment(database_url, settings.MEDIA_ROOT)
    for _ in range(GENERATOR_KILLS):
        process = subprocess.Popen(
            command, cwd=ROOT, env=settings_of_process, start_new_session=True, stdout=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.5, 5))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, cwd=ROOT, env=settings_of_process, check=True, capture_output=True)
    rows = tables.stimuli(study)
    assert [row["stimulus"] for row in rows] == ["one.words", "one.jpeg", "two.words", "two.jpeg"]
    assert all(row["state"] == "ready" and row["rendition_sha256"] for row in rows)
    assert Stimulus.objects.count() == 4
    for row in rows:
        assert store().path(row["rendition_sha256"]).is_file()
    events = list(stimuli.generate(study=study))
    assert all(event.reused for event in events if event.stimulus)
    note(f"{connection.vendor}: {GENERATOR_KILLS} kills of the generator, 4 stimuli, none twice")
