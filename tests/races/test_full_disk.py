"""SQLite's files may grow no further: answers are refused in words, and all goes on when there is room again."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import httpx
import pytest
from django.db import connection

from tests.races.crowd import Crowd, check
from tests.servers import Server
from tests.surveys import factories

pytestmark = [
    pytest.mark.races,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sets the limits of running processes"),
]
CLIENTS = 4
PLACES = 24


def let_files_grow_to(site: Server, size: int) -> None:
    """Limit the files that the server's processes may write, as a full disk would, for all of them at once."""
    assert site.process
    parent = site.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for pid in (parent, *map(int, children)):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_receipts_equal_rows_through_a_full_disk(database_url, settings, tmp_path, note):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite writes its files from the server's own processes")
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    study = factories.make_study(originals=12, methods=4)
    survey, published = factories.make_published_survey(study, raters=PLACES // 4, invitations=PLACES)
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, published.keys, tmp_path, clients=CLIENTS, seed=3, patient=True)
        try:
            while len(crowd.acknowledged()) < 40:
                time.sleep(0.05)
            let_files_grow_to(site, log.stat().st_size + 8192)
            time.sleep(3)
            before = len(crowd.acknowledged())
            page = httpx.get(f"{site.url}/join/{published.keys[0]}/", timeout=20, trust_env=False)
            assert page.status_code == 303, "who has a place may look at it"
            time.sleep(1)
            assert len(crowd.acknowledged()) == before, "answers were acknowledged although there was no room"
            let_files_grow_to(site, resource.RLIM_INFINITY)
            said = crowd.wait()
        finally:
            crowd.end()
        assert "Traceback" not in site.errors()
    check(survey, crowd, PLACES)
    assert len(crowd.acknowledged()) == PLACES * 12
    assert said["unavailable"], "nobody was refused: the files had room to the end"
    note(f"{said['unavailable']} requests refused for want of room, {len(crowd.acknowledged())} receipts, as many rows")
