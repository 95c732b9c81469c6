"""A published survey behind the real server, and participants with a real Chromium."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from surveys.models import Answer, Rendition, Study, Survey
from surveys.selectors.pictures import store
from surveys.services.publishing import Published
from tests.conftest import CHROMIUM_FLAGS
from tests.servers import Server
from tests.surveys import factories

expect.set_options(timeout=20_000)  # a busy machine is not a failure

AREA = 512 * 512
ASPECTS = (1.0, 4 / 3, 1.5, 3 / 4, 16 / 9)


@dataclass(frozen=True)
class Site:
    """The running site and what was published on it."""

    server: Server
    survey: Survey
    published: Published

    @property
    def url(self) -> str:
        return self.server.url

    def join_url(self, number: int = 1) -> str:
        """Return the address of an invitation."""
        return f"{self.url}/join/{self.published.keys[number - 1]}/"

    def values(self) -> list[Any]:
        """Return the ratings that stand, in the order of the items."""
        rows = Answer.objects.filter(current=True).order_by("item__position")
        return list(rows.values_list("value", flat=True))


@pytest.fixture(scope="session")
def servers(django_db_setup: None) -> Iterator[list[Server]]:
    """Hold the run's one server, started by the first test that needs it."""
    started: list[Server] = []
    yield started
    for server in started:
        server.kill()


@pytest.fixture
def site(database_url, settings, servers, tmp_path_factory) -> Site:
    """Serve a survey of nine pairs of pictures as large as in a study."""
    if not servers:
        folder = tmp_path_factory.mktemp("site")
        servers.append(Server(database_url, folder / "media", folder / "access.log"))
    server = servers[0]
    if server.process is None:
        server.start()
    settings.MEDIA_ROOT = server.environment["MEDIA_ROOT"]
    study = factories.make_study(originals=9, methods=3, categories=3)
    enlarge(study)
    return Site(server, *factories.make_published_survey(study))


@pytest.fixture
def cookieless(browser: Browser, chromium_path: str, tmp_path: Path) -> Iterator[Page]:
    """Open a page in a browser that blocks all cookies."""
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=CHROMIUM_FLAGS
    )
    yield context.pages[0]
    context.close()


def enlarge(study: Study) -> None:
    """Replace a study's tiny pictures by ones of full area and of several shapes."""
    for n, rendition in enumerate(Rendition.objects.filter(study=study).order_by("pk")):
        width = round((AREA * ASPECTS[n % len(ASPECTS)]) ** 0.5)
        height = round(AREA / width)
        data = draw(width, height, n)
        rendition.sha256, rendition.size_bytes = store().put_blob(data), len(data)
        rendition.width, rendition.height = width, height
        rendition.save()


@cache
def draw(width: int, height: int, n: int) -> bytes:
    """Draw a gradient that no other number gets."""
    red = Image.linear_gradient("L").resize((width, height)).point(lambda value: (value + 37 * n) % 256)
    flat = [Image.new("L", (width, height), shade) for shade in (40 + 5 * n, 220 - 4 * n)]
    file = io.BytesIO()
    Image.merge("RGB", (red, *flat)).save(file, "WEBP", lossless=True, method=0)
    return file.getvalue()
