"""What every test may ask for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from scripts import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["pytester", "tests.plugins.buckets", "tests.plugins.ci", "tests.plugins.databases"]

settings.register_profile(
    "twicetold",
    deadline=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("twicetold")

BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "published-study"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@pytest.fixture(scope="session")
def published_study() -> Path:
    """Return the folder of the authors' published files: PUBLISHED_STUDY, or the one beside the checkout."""
    folder = Path(os.environ.get("PUBLISHED_STUDY") or BESIDE_THE_CHECKOUT)
    if not folder.is_dir():
        pytest.skip(f"The authors' published files are not in {folder}: set PUBLISHED_STUDY to a checkout of them.")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file, as a deployment does, so that other processes can open it too."""
    from django.conf import settings as django

    if "sqlite" in django.DATABASES["default"]["ENGINE"]:
        django.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Return the DATABASE_URL of this process's test database, for the servers and clients that a test starts.

    Before the database is emptied, pages that are still open are closed and what they asked for is waited for:
    PostgreSQL would stop the emptying as a deadlock.
    """
    yield _url_of_database()
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
    _wait_until_nobody_else_is_at_it()


def _wait_until_nobody_else_is_at_it(seconds: float = 20) -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    end, quiet = time.monotonic() + seconds, 0
    while quiet < 2 and time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(others)
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(0.05)


def _url_of_database() -> str:
    from django.db import connection

    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    if socket := at["OPTIONS"].get("host"):
        return f"postgres://{who}@/{at['NAME']}?host={socket}"
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


@pytest.fixture(autouse=True)
def _media_of_its_own(request: pytest.FixtureRequest) -> None:
    """Give each test that touches a database an empty MEDIA_ROOT and an empty cache."""
    if request.node.get_closest_marker("database"):
        from django.core.cache import cache

        cache.clear()
        site = request.getfixturevalue("settings")
        site.MEDIA_ROOT, site.STORE = str(request.getfixturevalue("tmp_path") / "media"), ""


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function whose text is printed at the end of the run, also when the test passes."""
    return lambda text: record_property("note", text)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return a Chromium that runs."""
    if found := chromium.find():
        return found
    pytest.skip(f"There is no Chromium: {chromium.HOW_TO_GET_IT}.")


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Start one Chromium for the run."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread; we use none
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page in a new profile, 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Return a function that fails with words when axe finds anything on a page, or in its other colours."""
    from axe_playwright_python.sync_playwright import Axe

    colours = {"runOnly": ["color-contrast"]}
    at_once = """() => document.getAnimations()
        .filter((each) => each.effect.getComputedTiming().endTime < 2000).forEach((each) => each.finish())"""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        page.emulate_media(color_scheme="light" if dark else "dark")
        page.evaluate(at_once)
        found += Axe().run(page, options=colours).response["violations"]
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.evaluate(at_once)
        lines = [
            f"{one['id']} ({one['impact']}): {one['help']}: {node['html']}" for one in found for node in one["nodes"]
        ]
        assert not lines, f"{page.url}:\n" + "\n".join(lines)

    return check
