"""kill -9 at moments drawn from a printed seed: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from surveys.models import Stimulus
from surveys.selectors import tables
from surveys.selectors.pictures import store
from surveys.services import stimuli, studies
from tests.races.crowd import Crowd, check
from tests.servers import ROOT, Server, environment
from tests.surveys import factories, study_files

pytestmark = pytest.mark.races
GENERATOR_KILLS = 4


@pytest.fixture
def seed(note):
    drawn = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    note(f"KILL_SEED={drawn}")
    return drawn


@pytest.mark.parametrize(
    ("kills", "clients", "places"), [(4, 8, 32), pytest.param(20, 32, 320, marks=pytest.mark.slow)]
)
def test_receipts_equal_rows_through_kills_of_the_server(
    database_url, settings, tmp_path, seed, note, kills, clients, places
):
    chance = random.Random(seed)
    study = factories.make_study(originals=12, methods=4)
    survey, published = factories.make_published_survey(study, raters=places // 4, invitations=places)
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, published.keys, tmp_path, clients=clients, seed=seed)
        try:
            done = 0
            while done < kills and crowd.at_work():
                time.sleep(chance.uniform(0.05, 0.6))
                site.kill()
                done += 1
                site.start()
            said = crowd.wait()
        finally:
            crowd.end()
    check(survey, crowd, places)
    assert said["unavailable"] == 0
    assert done == kills, "the clients were done before the kills: make the survey longer"
    rows = len(crowd.acknowledged())
    assert rows == places * 12
    note(f"{connection.vendor}: {done} kills of the server, {clients} clients, {rows} receipts, as many rows")


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
