"""A folder to rehearse in; and the real site, with a Mechanical Turk of our own beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from surveys.panels.mturk.simulator import Simulator
from surveys.rehearsal.scratch import Scratch, free_port
from tests.servers import Server
from tests.surveys.panels.conftest import mturk, mturk_server, panel

__all__ = ["mturk", "mturk_server", "panel"]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "rehearsal", free_port())


@pytest.fixture(scope="session")
def servers(django_db_setup: None) -> Iterator[list[Server]]:
    """Hold the run's one server, started by the first test that needs it."""
    started: list[Server] = []
    yield started
    for server in started:
        server.kill()


@pytest.fixture
def site(database_url: str, settings: Any, mturk: Simulator, servers: list[Server], tmp_path_factory: Any) -> Server:
    """Serve the test's database to whoever comes, in a frame of Mechanical Turk or by a link."""
    if not servers:
        folder = tmp_path_factory.mktemp("site")
        more = {"FRAMED_BY": mturk.url, "WEB_PROCESSES": "1", "CLAIMS_PER_MINUTE_OPEN_LINK": "9999"}
        servers.append(Server(database_url, folder / "media", folder / "access.log", **more))
        servers[0].start()
    settings.MEDIA_ROOT, settings.SITE_URL = servers[0].environment["MEDIA_ROOT"], servers[0].url
    return servers[0]
