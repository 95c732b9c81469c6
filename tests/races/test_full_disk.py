"""SQLite's files may grow no further: answers are refused in words, and all goes on when there is room again."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import httpx
import pytest

from tests.races.apart import Apart
from tests.races.crowd import Crowd, check_apart
from tests.servers import Server

pytestmark = pytest.mark.races
CLIENTS = 4
PLACES = 20
ROOM = 65536  # more than the logs take, less than the database has already: no answer fits


def let_files_grow_to(site: Server, size: int) -> None:
    """Limit the files that the server's processes may write, as a full disk would, for all of them at once."""
    assert site.process
    parent = site.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in (parent, *map(int, children)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def status(site: Server, key: str) -> int:
    """Return what opening an invitation is answered with: 303 leads to the place that it has."""
    return httpx.get(f"{site.url}/join/{key}/", timeout=20, trust_env=False).status_code


def test_receipts_equal_rows_through_a_full_disk(tmp_path, note):
    apart = Apart(f"sqlite:///{tmp_path}/db.sqlite3", tmp_path / "media")
    keys = apart.publish(PLACES)
    with Server(apart.database_url, apart.media, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, keys, tmp_path, clients=CLIENTS, seed=3, patient=True)
        try:
            while len(crowd.acknowledged()) < 30:
                time.sleep(0.05)
            taken = next(key for key in keys if status(site, key) == 303)
            let_files_grow_to(site, ROOM)
            time.sleep(2)
            before = len(crowd.acknowledged())
            assert status(site, taken) == 303, "who has a place may look at it"
            time.sleep(1)
            assert len(crowd.acknowledged()) == before, "answers were acknowledged although there was no room"
            let_files_grow_to(site, resource.RLIM_INFINITY)
            said = crowd.wait()
        finally:
            crowd.end()
        assert "Traceback" not in site.errors()
    check_apart(apart, crowd, PLACES)
    assert said["unavailable"], "nobody was refused: the files had room to the end"
    note(f"{said['unavailable']} requests refused for want of room, {len(crowd.acknowledged())} receipts, as many rows")
